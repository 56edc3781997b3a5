"""The signs of an emergency, each with a name and how heavily it weighs. Pure.

A sign of weight 3 is one alone; lighter ones count together. The text is a `Reading`.
"""

import re
from dataclasses import dataclass

_ONES = r"(?:my|his|her|the|our|their|both|one|an|a|whose|mums|dads|\w+s)"
_LIMB = r"(?:arms?|legs?|hands?|foot|feet|fingers?|toes?|side|cup|pen)"
_POISON = (
    r"(?:bleach|batter(?:y|ies)|button cell|magnets?|anti ?freeze|lamp oil|drain (?:cleaner|opener)|detergents?|dish ?washer \w+|(?:oven|toilet|floor) cleaner"
    r"|nail polish remover|chlorine|acid|petrol|gasoline|paraffin|kerosene|turpentine|white spirit|rat (?:bait|poison)|pesticides?|weed ?killer|berries|mushrooms?"
    r"|(?:iron|heart|blood pressure|diabetes|sleeping|adhd|grandma|grandmas|grandpas|mums|dads) (?:\w+ )?(?:tablets?|pills?|medicines?)|methadone|lye|ammonia|vape \w+|cleaning \w+|cleaning products?|mercury|glue|poison)"
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign: what it is called, how it is said, and its weight."""

    name: str
    pattern: re.Pattern[str]
    weight: int
    needs: frozenset[str] = frozenset()  # it counts only beside one of these


# Signs that mean something only beside others.
_BESIDE = {
    "a danger in pregnancy": ("pregnancy",),
    "a medicine with little room": ("too much of a medicine",),
    "by mistake": ("too much of a medicine", "poison or an object swallowed"),
    "low defences": ("fever", "chills"),
    "pain that spreads or sweat": (
        "chest pain",
        "short of breath",
        "faint or weak",
        "heart",
        "diabetes",
        "clouded or sleepy",
    ),
    "an allergy's trigger": (
        "hives all over",
        "short of breath",
        "faint or weak",
        "a throat or tongue that swells",
        "vomiting",
    ),
}


def _sign(name: str, weight: int, *said: str) -> Sign:
    pattern = re.compile(rf"\b(?:{'|'.join(said)})")
    return Sign(name, pattern, weight, frozenset(_BESIDE.get(name, ())))


SIGNS: tuple[Sign, ...] = (
    _sign("no breath", 3, r"(?:cannot|can not|could not|hardly|barely|not|unable to|stopped|cant|can hardly) (?:\w+ )?(?:breathe|breathing|breath|brea?the?)\b(?! (?:in )?(?:through|from|out of) (?:my|his|her|the) (?:nose|nostril))", r"not breathing", r"struggl\w+ (?:to (?:breathe|get)|for (?:air|breath))", r"gasp\w*", r"fighting for (?:every |each )?(?:air|breath)", r"(?:wheez\w+|asthma)\b(?=.*\b(?:terribly|inhaler|badly|pump|spray|worse|empty|cannot)\b)(?=.*\b(?:nothing|not|empty|no|terribly|worse|badly)\b)", r"grunting|ribs (?:pull|suck|draw)\w* in|whistling sound", r"no pulse|pulse is hard to find|tube (?:came|is|fell) out", r"(?:cannot|can hardly|hardly) (?:\w+ )?(?:catch|get|draw) (?:my|his|her|any|enough|a) (?:breath|air)", r"(?:less and less|hardly any|no) air", r"(?:hardly|cannot|not) (?:finish|speak|talk|say) (?:\w+ )?(?:this|a|in|full|whole)? ?(?:full )?sentences?", r"breath\w* (?:is |has )?(?:very )?(?:slow|stopped|with a snore|weird|rattl\w+)", r"not (?:breathing )?right\b(?=.*breath)"),
    _sign("blue lips", 3, r"(?:lips?|mouth|face|tongue)(?: (?:are|is|look|looks|looked|turn\w*|going|gone|went|of)){0,2} (?:blue|purple|grey|gray|bluish)", r"blue (?:lips|around (?:the|his|her) mouth|in the face)", r"(?:baby|he|she|child) (?:is |turned |went |going |has turned )?(?:all )?blue\b", r"gr[ae]y in the face"),
    _sign("not conscious", 3, r"unconscious\w*", r"unresponsive", r"(?:not|does not|will not|cannot|no longer|hardly) (?:respond\w*|react\w*|answer(?:ing)? me|wake(?! up (?:at|in the|early|for))|waking|come round|be woken|rouse)", r"(?:cannot|can not|could not) (?:wake|rouse|get (?:him|her|them) to (?:answer|wake))", r"hard to (?:wake|rouse)", r"(?:passed|blacked|passes|passing) out\b(?! (?:of|from))", r"collaps\w+", r"(?:floppy|(?:is|was|goes|gone|went|baby) (?:\w+ )?limp)\b", r"about to (?:pass out|faint|black out|die)", r"nearly (?:blacked out|passed out|fainted)"),
    _sign("choking", 3, r"chok(?:ing|es|ed)\b(?! (?:hazard|up|feeling when))", r"(?:inhaled|breathed in) (?:a|an|some) \w+", r"cannot swallow (?:\w+ )?(?:water|spit|saliva|anything)", r"cannot (?:even )?swallow (?:\w+ )?(?:spit|saliva)", r"drool\w*(?=.*\b(?:fever|swallow|breath))", r"stuck in (?:my|his|her) (?:throat|gullet|windpipe)(?=.*(?:swallow|breath|hour|lunch|water))"),
    _sign("a seizure", 3, r"(?:having|has|in|had) (?:been having )?(?:an? )?(?:\w+ )?(?:seizures?|fits?|convuls\w+)(?: right now| now| and| for| that| in a row|\b(?=.*\b(?:not stop|minutes?|now|still|blue)))", r"(?:seizures?|fit|fits) (?:will not|does not|not|lasting|lasts|that will not) (?:stop\w*|\d+|over|more)?", r"convuls(?:ing|ions?|es)\b", r"(?:jerk\w+|shaking) all over|foam\w* at the mouth|eyes? (?:rolled|roll) (?:back|up)|lips are twitching|turned stiff|(?:two|three|several|2|3) (?:fits|seizures) (?:today|this morning|in)", r"seizure right now"),
    _sign("signs of a stroke", 3, r"(?:face|mouth|eyelid)s? (?:\w+ ){0,3}(?:droop\w*|hang\w*|slack|crooked|lopsided|numb|dropp\w+|pulled)", r"droop\w* (?:face|mouth|eyelid)|(?:half|side) (?:of )?(?:my|his|her|the) face", r"slurr\w+", r"(?:words?|speech) (?:\w+ ){0,4}(?:jumbled|wrong|funny|slurred|gone|odd|strange|nonsense|garbled)", r"(?:cannot|can not) find (?:my|his|her|the) words", r"(?:cannot|can not|unable to|not) (?:speak|talk|write (?:his|her|my) name)\b(?: properly)?(?! (?:to|with|about|at))", r"talk\w* (?:nonsense|gibberish|rubbish)", rf"(?:cannot|can not|unable to|not) (?:lift|move|raise|feel|hold) (?:{_ONES} )?(?:\w+ )?{_LIMB}(?! when)", r"(?:sudden|suddenly) (?:\w+ ){0,3}(?:weak|weakness|numb|numbness|paralys\w+|confused|confusion|blind)", r"(?:left|right|one) (?:side|arm|leg|hand|foot)(?: of my body| of his body| of her body)? (?:\w+ ){0,4}(?:numb|weak|heavy|paralys\w+|hangs?|limp|gone)(?! (?:when|while|after sleeping))", r"(?:numb|weak) on (?:one|the (?:left|right)|my|his|her) (?:left |right )?(?:side)", r"weakness down", r"(?:pupil) is bigger", r"stroke (?:signs?|sings|symptoms)(?=.*\b(?:now|mum|dad|he|she|i|my)\b)", r"cannot walk straight", r"(?:half|side) of my body (?:\w+ ){0,2}(?:not work|gone|dead)|(?:cannot|can not) feel my face|face went numb|(?:hand|arm|leg|eye) (?:\w+ ){0,4}(?:stopped working|not work\w*|not obey)|(?:i|he|she) (?:just )?had a stroke\b(?!.*\b(?:in|ago|last)\b)|lopsided|media cara"),
    _sign("a heart attack or stroke, named", 3, r"(?:i am|is|think|having|has|signs of|she had|he had|believe|get\w*) (?:\w+ ){0,4}(?:having )?(?:a|an) (?:heart attack|stroke|strok|heart atack)(?: i think| now| right now|\b(?=.*\b(?:now|think|having|help|happening)))", r"heart attack (?:symptoms )?(?:i have|now|help|pain)"),
    _sign("chest pain", 2, r"chest (?:\w+ ){0,4}(?:pains?|pressure|tight\w*|hurt\w*|heavy|squeez\w*|ach\w+|stabb\w+|burst\w*)", r"(?:pains?|pressure|tightness|squeezing|weight|band|elephant|stabbing|ache|burning) (?:\w+ ){0,4}(?:chest|breastbone|ribs)", r"crushing (?:chest )?pain", r"chest (?:has been )?squeezing"),
    _sign("pain that spreads or sweat", 1, r"(?:left )?arms?\b", r"jaw\b", r"shoulder blades?|between my shoulders", r"sweat\w*", r"clammy", r"cold sweat", r"pale\b", r"nausea\w*|feel(?:ing)? sick", r"radiat\w+|spread\w*|goes up|runs down"),
    _sign("short of breath", 2, r"short(?:ness)? of (?:breath|air)", r"(?:trouble|difficulty|difficulties|problems?|hard|hurts?) (?:with |in |when i |to )?(?:breathing|breathe)", r"out of breath", r"breathless\w*", r"breath\w* (?:\w+ )?(?:fast|hard|deep\w*|badly)", r"chest hurts when i breathe"),
    _sign("blood coughed or vomited", 3, r"(?:cough\w*|vomit\w*|throw\w*|threw|spit\w*|spat|bring\w*|brought|puk\w+|retch\w+)(?: \w+){0,5} (?:blood|coffee grounds)", r"coffee grounds", r"pink foam", r"(?:stools?|poop?|poo|faeces|bowel movements?) (?:\w+ ){0,4}(?:black|tar\w*)(?! (?:since|after|from|due to|because of) (?:\w+ )?(?:iron|pepto|bismuth))", r"black (?:tarry |and tarry )?(?:stools?|poo\w*)(?=.*\b(?:dizzy|faint|weak|tarry|tar|light)\b)", r"tarry"),
    _sign("heavy bleeding", 3, r"(?:bleed\w*|blood|nosebleed|nose) (?:\w+ ){0,6}(?:will not stop|does not stop|not stop\w*|cannot stop|spurt\w*|gush\w*|pour\w*|pulses?|everywhere|jets?|running down)", r"(?:cannot|not|will not) (?:be )?(?:stop\w*) (?:the |my |his |her |it )?(?:bleed\w*)", r"(?:spurt\w*|gush\w*|pour\w*) (?:\w+ ){0,3}blood", r"(?:severe|heavy|massive|uncontroll\w+|profuse|serious) bleed\w*(?! disorders?)", r"bleed\w* (?:\w+ )?(?:heavily|badly|a lot|profusely|out|through a pad|severe)(?! (?:this month|during my period|on my period))", r"soak\w* (?:through )?(?:a|one|two|\d+) (?:\w+ )?pads?", r"pads? every (?:\w+ )?(?:minutes|half hour|ten|few|hour)", r"large clots of blood|clots of blood", r"mouth keeps filling with blood", r"(?:artery|vein)\b(?=.*\b(?:cut|hit|burst|squirt\w*|not stop|bleed\w*)\b)|cut (?:an )?artery|squirt\w*|blood (?:is )?(?:coming|running|dripping|leaking) (?:\w+ )?(?:through|from|out)|full of blood|stitches (?:have )?burst|lots of (?:blood|it)(?=.*)|bleeding (?:through|and)|pad every|it is blood\b|blood in (?:the )?vomit", r"shunt is bleeding|vomiting blood"),
    _sign("a terrible headache", 2, r"(?:worst|most terrible|splitting|thunderclap|exploding|violent|sudden|severe|terrible|blinding|unbearable) (?:\w+ ){0,3}head ?ache", r"head ?ache (?:\w+ ){0,6}(?:of my life|thunderclap|out of nowhere|suddenly|sudden|i have ever|like a blow)", r"head (?:is )?(?:splitting|pounds|pounding|exploding)"),
    _sign("it came suddenly", 1, r"sudden\w*", r"out of nowhere", r"thunderclap|like a blow|came on like", r"(?:worst|most terrible|ever)\b(?=.*\b(?:life|ever|sudden\w*)\b)", r"violently|terribly|unbearable|awful|severe\w*|really bad|crushing|tearing|massive"),
    _sign("a throat or tongue that swells", 3, r"throat (?:\w+ ){0,4}(?:clos\w+|shut\w*|tighten\w*|getting tight|swelling)", r"(?:tongue|lips?) (?:\w+ ){0,5}(?:swell\w*|swollen|puff\w*|swoll?ing|thick)", r"(?:swell\w*|swollen|puff\w*) (?:\w+ ){0,2}(?:tongue|lips?)\b", r"anaphyla\w+", r"face (?:\w+ ){0,4}(?:swelling|puffing|swoll?en up|is swelling|swoling)(?! (?:go|from the tooth))", r"(?:lips?|tongue) and (?:tongue|lips?|face)"),
    _sign("an allergy's trigger", 1, r"stung|sting|bee|wasps?|peanuts?|cashews?|nuts?|shrimps?|shellfish|antibiotic|penicillin|amoxicillin|augmentin|injection|jab|vaccine|allergic|epi ?pen"),
    _sign("hives all over", 2, r"(?:hives|rash|welts|wheals) (?:\w+ ){0,3}(?:everywhere|all over|over my whole)", r"covered in hives", r"itchy throat", r"throat (?:\w+ )?(?:itchy|tight)"),
    _sign("a high fever", 3, r"(?:fever\w*|temperature)(?: \w+){0,5} (?:39|40|41)(?:[.,]\d)?\b", r"(?:fever\w*|temperature)(?: \w+){0,5} 10[2-6](?:[.,]\d)?\b", r"(?:39|40|41)(?:[.,]\d)? (?:degrees )?(?:c )?(?:of )?fever"),
    _sign("fever", 1, r"fever\w*|temperature|burning up|burning hot|boiling hot|(?:38|39|40|41)(?:[.,]\d)?(?: degrees| and| c\b|\b)|10[0-6](?:[.,]\d)?\b"),
    _sign("low defences", 2, r"chemo\w*|transplant\w*|neutropeni\w+|azacitidine|decitabine|car t\b|cart cell|leuka?emia|mds\b|spleen|immunosuppress\w+|stem cells?|neutrophils?|white (?:blood )?cells? are zero|port is"),
    _sign("chills", 1, r"chills|shiver\w*|shaking|rigors|the shakes|feel hot"),
    _sign("stiff neck, light or a rash that stays", 2, r"stiff neck|neck (?:\w+ ){0,4}stiff|(?:neck) (?:\w+ ){0,3}(?:cannot )?bend", r"(?:bear|stand|look at|hates?) (?:the )?light", r"(?:not|does not|will not) (?:fade|go away|disappear) (?:\w+ )?(?:under|when|with)", r"stays (?:\w+ )?(?:when|under|with)(?=.*(?:press|glass))", r"under a glass|press a glass"),
    _sign("a very young baby", 2, r"(?:newborn|new born|(?:[1-9]|1[01]|one|two|three|four|five|six|seven|eight|nine|ten) weeks? old|(?:one|two|1|2) months? old|baby of (?:\w+ )?weeks|\d+ day old)\b(?=.*\b(?:fever|temperature|38|39|100|101|102|floppy|drink|wak\w+|breath\w*)\b)"),
    _sign("pregnancy", 1, r"pregnan\w*|\d\d weeks|months along|miscarriage|gave birth|the baby kick|contractions|water broke|waters|after (?:my|the|her) birth|labou?r|unborn"),
    _sign("a danger in pregnancy", 2, r"(?:not|no|does not|has not|stopped) (?:\w+ ){0,3}(?:felt|feel|mov\w+|kick\w*)(?=.*\b(?:baby|kick\w*|mov\w+)\b)|no kicks|not (?:\w+ )?(?:felt|feel) (?:the |my )?baby|head is coming|contractions every|seeing stars|water broke|brown|terrible pain|right now|cord\b|(?:cord) (?:\w+ )?(?:hanging|out)|(?:waters?|fluid) (?:\w+ ){0,4}(?:green|broke|broken)|green fluid|flashing lights|blurred|blurry|seeing spots|(?:bleed\w*|blood)(?! (?:pressure|sugar|tests?|count|group|work|type|thinners?))|sharp pain on one side"),
    _sign("a blow to the head", 2, r"(?:hit|hits|banged|bumped hard|struck|bashed|knocked|smashed) (?:\w+ )?(?:my|his|her|the|their) head", r"head injury", r"(?:fell|fallen|fall) (?:\w+ ){0,6}(?:head|tree|ladder|roof|stairs)", r"clear fluid (?:\w+ )?(?:dripping|from)"),
    _sign("clouded or sleepy", 2, r"confus\w+|muddled|disoriented|delirious|nonsense|does not know (?:where|who)", r"(?:getting |very |so |more )?(?:drowsy|sleepier|sleepy)(?! (?:on|from|since|pills))", r"(?:seems|acts|feels|is) (?:drunk|odd|strange|slow)", r"feeling slow|stagger\w*", r"(?:can hardly|cannot) keep (?:my|his|her) eyes open", r"fluid (?:\w+ )?dripping from my nose"),
    _sign("blood thinners", 1, r"(?:blood )?thinners?|warfarin|apixaban|rivaroxaban|eliquis|xarelto|heparin|dabigatran"),
    _sign("vomiting", 1, r"vomit\w*|throwing up|threw up|keep being sick|being sick|nothing down|anything down"),
    _sign("faint or weak", 1, r"faint\w*|dizzy|light headed|weak\w*|lightheaded|unwell|shaky|trembl\w+|shak(?:e|es|ing)\b|spins?|double\b|see(?:ing)? double|flutters?"),
    _sign("fainted", 2, r"fainted"),
    _sign("poison or an object swallowed", 3, rf"(?:swallow\w*|drank|drunk|ate|eaten|inhaled|took|got hold of|bit (?:on|into)|licked) (?:\w+ ){{0,5}}{_POISON}", rf"(?:{_POISON}|acid|lime|chemicals?) (?:\w+ ){{0,4}}(?:in|into) (?:my|his|her|both|the) (?:\w+ ){{0,2}}eyes?", r"splash\w* (?:\w+ ){0,5}(?:eyes?|cleaner|acid|bleach)", r"mixed (?:cleaning|bleach)", r"(?:swallowed|ate|drank|has eaten|got hold of) (?:\w+ ){0,2}(?:half|whole|a bottle|a box|the bottle|the box|all)", r"(?:was|been) poisoned", r"bitten by a (?:snake|viper|spider|bat)|snake ?bite|snake\b(?=.*\bswell)|edibles|laundry pod|nicotine liquid|(?:stripper|cleaner|acid|bleach|chlorine) (?:\w+ )?(?:sprayed|splashed|got)|carbon monoxide(?=.*\b(?:alarm|sleepy|headaches?|dizzy|we)\b)|spiked my drink|tablet for the dishwasher|spider (?:\w+ )?bit|snakebite|stung (?:\w+ )?times"),
    _sign("too much of a medicine", 2, r"(?:took|taken|taking|swallowed|had|has|gave|given|injected|put) (?:\w+ ){0,5}(?:too many|too much|a double|double|twice|three times|ten times|the wrong|wrong|a whole|the whole|whole|all (?:my|the|his|her)|two \w+ patches|adult dose|\d+ units instead)", r"(?:too many|2 many|too much) (?:\w+ ){0,2}(?:pills|tablets|insulin|medicine|paracetamol|tylenol|morphine)|insulin twice|overdosed?\b(?! (?:of vitamin|on garden))|(?:ten|\d\d) (?:paracetamol|tylenol|iron|aspirin|ibuprofen|tablets|pills)|mixed up my (?:tablets|pills|medicines?)|(?:adult|double|wrong|ten times the) dose|(?:three|four|five|ten) times (?:my|the|his|her) dose|whole weeks pill\w*|confused milligrams|units? instead|instead of the slow|twice by accident|doses? at once"),
    _sign("by mistake", 1, r"by (?:mistake|accident|acident|error)|accident\w*|acident\w*|mistakenly|instead of|wrong|forgot how many|in the ward box|an hour ago|not knowing"),
    _sign("a medicine with little room", 1, r"insulin|blood thinners?|warfarin|apixaban|beta ?blockers?|heart (?:tablets?|pills?|ones)|digoxin|methadone|morphine|fentanyl|opioids?|oxycodone|lithium|sleeping|methotrexate|diabetes pills?|paracetamol|tylenol|antidepressants?|blood pressure|antihistamines?|syrup|baby"),
    _sign("diabetes out of control", 2, r"(?:smells?|breath) (?:\w+ ){0,2}(?:of |like )?(?:nail polish|pear|acetone|fruit\w*)|(?:sugar|glucose|meter) (?:\w+ ){0,4}(?:hi\b|lo\b|[4-9]\d\d|[23]\d mmol|very high|too low)|diabetic(?=.*\b(?:answer|sweat\w*|trembl\w+|confus\w+|clammy|breath\w+|know where)\b)"),
    _sign("diabetes", 1, r"diabet\w+|type 1|insulin|sugar"),
    _sign("sight that goes", 3, r"(?:vision|sight|eye|eyes) (?:\w+ ){0,6}(?:went black|curtain|lost|gone|blind|went dark)", r"(?:shadow|curtain) (?:\w+ ){0,4}(?:over|eye|vision)|see only half|half of everything|halos around|suddenly blind|(?:pain|hurts?) (?:\w+ ){0,3}eye(?=.*halos)"),
    _sign("the spine", 3, r"(?:numb|feel (?:anything|nothing)|numbness) (?:\w+ ){0,2}between (?:my|his|her) legs|cannot feel (?:my|his|her) (?:legs|feet)|wet (?:my|him|her)self|(?:cannot|no longer|not) (?:\w+ )?(?:pass|control) (?:\w+ )?(?:water|urine|bladder|bowels?)|lost control of (?:my|his|her) (?:bladder|bowels?)|legs will not (?:move|carry)"),
    _sign("an injury of danger", 3, r"(?:leg|arm|hand|foot|fingers?) (?:is|was|are|were|got) (?:\w+ )?crushed|(?:crushed|severed|cut off|sawn off|torn off|ran over|run over|trapped)\b(?=.*\b(?:leg|arm|finger|fingers|hand|foot|toes|tip|under|car|mower)\b)|electric shock|power line|(?:into|in) (?:the|a) socket|fell (?:off|from|out of) (?:\w+ )?(?:ladder|tree|roof|window|balcony|horse)(?=.*\b(?:move|drowsy|vomit\w*|legs|breath\w*|confus\w+)\b)|(?:pulled out|fell into) (?:of )?(?:the )?(?:pool|water|pond|lake)|stabbed|was shot|burned (?:my|his|her) (?:hands?|face)(?=.*(?:face|fire|odd|hands))|(?:inhaled|breathed) (?:\w+ )?smoke|wound (?:\w+ )?(?:opened|burst)|bulging out of|cut (?:\w+ ){0,4}(?:saw|chainsaw)|(?:caught|stuck) in (?:the|a) (?:saw|machine|door|mower|lift|press)|knocked out (?:for|at|by|cold)|was under water|dived into|bit (?:\w+ ){0,3}in the face|(?:nail|knife|stick|glass) (?:went|is) (?:through|in) (?:my|his|her) eye|(?:boiling|hot) (?:oil|water) (?:\w+ )?(?:over|on) (?:my|his|her)|fell (?:\w+ ){0,4}(?:on|onto) (?:his |her |my )?head|have it in a bag|appendix (?:has )?burst|aneurysm(?=.*(?:pain|faint))|erection (?:\w+ ){0,4}(?:hours|gone)|icd shocked|pain under my cast|blood (?:\w+ )?from my ear"),
    _sign("a heart out of step", 3, r"(?:heart|pulse|beating|rate) (?:\w+ ){0,5}(?:1[5-9]\d|2\d\d|[23]\d)\b|1[5-9]\d beats|heart (?:\w+ ){0,4}out of my chest|heart is going crazy|potassium (?:\w+ ){0,3}(?:[6-9][.,]\d|[6-9]\b)|sodium (?:\w+ ){0,3}1[01]\d\b|pulse (?:is )?(?:[23]\d)\b"),
    _sign("heart", 1, r"heart (?:\w+ ){0,3}(?:racing|pounding|beating|stumbl\w+|skips?|flutter\w*|strangely|chest)|palpitations|pounding heart|pulse\b"),
    _sign("dialysis that was missed", 2, r"(?:skip\w*|miss\w*) (?:\w+ ){0,5}dialysis|dialysis (?:\w+ )?twice|sessions"),
    _sign("a belly as hard as a board", 3, r"(?:hard|stiff) as a board|(?:belly|abdomen|stomach|tummy) (?:\w+ )?(?:rigid|rock hard)|(?:hernia|lump|mine)\b(?=.*\b(?:purple|hard)\b)(?=.*\b(?:go back|sick|purple)\b)|jelly in the nappy|blood like jelly|stoma is black"),
    _sign("a testicle that hurts suddenly", 3, r"testicl\w+ (?:\w+ ){0,4}(?:sudden\w*|violent\w*|badly|terribl\w+|hurt\w*)|testicles? (?:started|began)"),
    _sign("a limb without blood", 3, rf"{_LIMB} (?:\w+ ){{0,5}}(?:cold|white|blue)\b(?=.*\b(?:feel|hurts?|white|blue|cold|bandage|cast)\b)(?! (?:when|in winter|in the cold))"),
    _sign("a leg that swells", 2, r"(?:leg|calf) (?:\w+ ){0,5}(?:swollen|swelled|swells|twice its size|red|hot)"),
    _sign("yellow and feverish", 1, r"yellow"),
    _sign("a dry or floppy child", 2, r"no wet (?:nappy|nappies|diapers?)|not had a wet|sunken|not (?:drink|feed)\w*(?=.*\bwak)|screams(?=.*\bblood)|pupils are (?:huge|tiny)"),
    _sign("skin that peels", 3, r"skin is peeling in sheets|peeling (?:in sheets|off)(?=.*blister)|dark brown urine(?=.*stand)"),
    _sign("help, now", 1, r"help\b(?! with)|emergency|ambulance|right now|now\b|on the floor|urgent\w*|minutes|half an hour|hours?\b|since (?:this morning|last night|yesterday|noon|breakfast|lunch|tonight)"),
)  # fmt: skip

MILD = re.compile(
    r"\b(?:a (?:bit|little)|slight\w*|mild\w*|now and then|sometimes|occasional\w*|when i (?:press|push|touch|cough|run|bend|move|exercise|drink|stand|sneeze)|for (?:\w+ )?(?:weeks|months|years)|lately"
    r"|comes and goes|anxi\w+|panic|nervous|stress\w*|stairs lately|stuffy|stuffed|congest\w+|cold|flu|heartburn|costochondritis|after (?:the )?gym|covid|bronchitis|sinus|period|pollen|snor\w+)\b"
)
