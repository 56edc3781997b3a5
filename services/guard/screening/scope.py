"""Questions that are not about health, though a word of health may stand in them. Pure."""

import re
from collections.abc import Iterator

from services.guard.screening.reading import Reading

MEDICAL = re.compile(
    r"\b(?:cancers?|diseases?|syndromes?|symptoms?|treat(?:ment|ments|ed|s)?\b(?! for dinner)|therap\w+|medic(?:ines?|ations?|al|ally|are|aid)|doctors?|hospitals?|patients?|pains?|blood|tumou?rs?|infect\w+|an(?:a)?emi\w+"
    r"|leuk(?:a)?emi\w+|diabet\w+|transplant\w*|trials?|vaccin\w+|side effects?|diagnos\w+|mds|car t|drugs?|doses?|dosage|health\w*|illness\w*|sick(?:ness)?|ill|nurs(?:e|es|ing)|clinic\w*|surg\w+|pills?|tablets?|allerg\w+|asthma|arthritis"
    r"|migraines?|headaches?|skin|bones?|joints?|heart attack|hearts?|lungs?|liver|kidneys?|brain|stomach|bowel|throat|knees?|muscles?|nerves?|eyes?|ears?|teeth|tooth|dent(?:al|ist|ists)|fever|coughs?|colds?|flu|covid|virus(?:es)?|bacteri\w+|antibiotics?"
    r"|pregnan\w*|births?|baby|babies|period|depress\w+|anxiety|sleep\w*|diet\w*|vitamins?|cholesterol|pressure|immune|cells?|genes?|genetic\w*|hormon\w+|insulin|thyroid|stroke|dementia|alzheimers?|parkinsons?|epilep\w+|seizures?|autis\w+|adhd"
    r"|hiv|sti|std|hepatitis|pneumonia|sepsis|x ?rays?|mri|ct|ecg|scans?|biops\w+|tests?|remission|relapse|dialysis|chemo\w*|radio\w*therapy|radiation|immunotherapy|pharmac\w+|physio\w*|rehab\w*|hospice|palliative|wounds?|bleed\w*|bruis\w+|rash\w*"
    r"|itch\w*|swollen|swelling|nausea|vomit\w*|diarrh\w+|constipat\w+|fatigue|tired\w*|weight|obes\w+|bmi|calories|salt|nutri\w+|smok\w+|alcohol|addict\w*|opioids?|poison\w*|death|dying|suicid\w*|body|bodies|organs?|fractures?|injur\w+|burns?|ambulance|emergency"
    r"|paramedics?|first aid|cpr|icd|statins?|steroids?|aspirin|ibuprofen|paracetamol|acetaminophen|warfarin|metformin|azacitidine|luspatercept|lenalidomide|\w+(?:mab|nib|pril|sartan|statin|azole|cillin|mycin|vir|itis|osis|oma|emia|aemia|ectomy|oscopy|plasty|pathy|algia)"
    r"|altitude|autopsy|ageing|aging|elder\w*|carers?|caregivers?|disab\w+|hearing|vision|contact lens\w*|glasses|gluten|lactose|milk allergy|yawn|dream\w*|nightmares?|stool|urine|pee|poop|puberty|menopause|contracept\w+|abortion|fertil\w+|ivf|sperm|uterus|prostate|breasts?|acne|eczema|psoriasis|hair|creams?|ointments?|topical\w*|drops|sprays?|lozenges|inhalers?|nebuli[sz]ers?|antihistamines?|antiviral\w*|antifungal\w*|prescri\w+|over the counter|otc|gout|lumps?|neck|chest|nose|nasal|sinus\w*|congest\w+|swabs?|psa|tsh|iron|hospices?|ambulances?|inflam\w+|abscess\w*|styes?|mucus|phlegm|drip|recommend\w*|contagious|mg|dos(?:e|ing)|injections?|ssri|snri|yeast|uti|bv|std|sti|shin|sprain\w*|fasting|scabies|lice|warts?|worms?|smallpox|outbreaks?|rescue|trauma|golden hour|team in|multidisciplinary|daily|generic|brand|\w+(?:ol|ine|ide|ate|xin|pam|tex|zole|mine|cort|ex)(?= (?:is|for|an?|to|the|instead|or|over|help|with|work|same)))\b"
)
_MINE = re.compile(
    r"\b(?:i|my) (?:\w+ ){0,3}(?:feel|hurts?|ache|aches|have|take|had|am on|symptoms?|operation|surgery|treatment)\b"
)

_SUBJECTS = re.compile(
    r"\b(?:weather|forecast|will it rain|bitcoin|stocks?|shares|invest(?:ment|ing)?|crypto\w*|blockchain|nft|football|soccer|basketball|baseball|tennis final|world cup|olympic|derby|league|lottery|horoscopes?|star sign|zodiac|poems?|haiku|lyrics|playlist"
    r"|homework|javascript|python|java program|for loop|source code|sql|excel list|capital (?:city )?of|president|prime minister|king of|queen of|parliament|election|vote|political part(?:y|ies)|recipe (?:for|from)|bake|sourdough|pizza|turkey|restaurant|hotels?|flight from|flights? to"
    r"|airline|visa\b|passport|green card|driving licen[sc]e|car insurance|motorbike|mortgage|taxes|tax return|form 1040|exchange rate|carburett?or|engine|lawn ?mower|corolla|oil of a|car repair|repair (?:my|a|the) (?:car|bike|phone|roof)|laptop|printer|router|wifi|iphone|android|phone contract|smartphone|hard drive|browser"
    r"|video games?|zelda|cheat codes|movie|film\b|novel|hamlet|macbeth|episode|last season|series\b|comic|guitar|piano|crossword|chess|gardening|tomatoes on|tulip|bulbs|puppy|cats? purr|parrots?|carpet|sofa|fence|concrete|tap\b|sink\b|bicycle|bathroom design|landlord|rent\b|sublet|neighbou?r over"
    r"|divorce|parking fine|sue my|moons?|planets?|jupiter|pluto|mars\b|milky way|universe|galaxy|eclipse|speed of light|quantum|roman empire|first world war|world war|eiffel|mona lisa|euros?|dollars|yen|population of|language do they|wedding speech|birthday|toast\b|rhymes?|rhyme with|jokes?|riddle|cover letter|business plan|logo|slogan|essay|dating profile"
    r"|boyfriend cheating|cheating on me|ex block|girlfriend back|text(?:ed)? me|likes? me|podcast|followers|tent\b|camping|beaches|ski holiday|trip to|weekend in|train from|taxi|sailing boat|university|college|degree recognised|salary|wage|earn(?:s)? in|average pay|job interview|gym contract|refund|union pays|crochet|knit|socks|origami|paper plane|fractions|equation|solve|x squared|percent of|kilomet\w+|centimet\w+|mountains?|rivers?|oceans?|continent|country|countries|city|cities|kingdom|century|ancient|vikings?|napoleon|war\b|castle|museum|architecture|painter|paintings?|sculpture|opera|orchestra|band\b|concert|album|song|songs|singer|music|dance|theat(?:er|re)|actors?|actress|tv\b|television|netflix|stream\b|news\b|magazine|books?|author|wrote|poet|poetry|grammar|dictionary|translate|translation|spanish|french|german|italian|latin|japanese|chinese|sentence mean|maths?|algebra|geometry|theorem|calculus|physics|chemistry homework|prime numbers|calculator|multipl\w+|division|divided|square root|astronomy|stars twinkle|sun set|satellite|rocket|magnets?|electricity|microwave|steam|motor|robots?|machine learning|artificial intelligence|computers?|pc\b|windows|linux|software|hardware|database|website|internet|e ?mail account|instagram|facebook|twitter|tiktok|youtube|whatsapp|google|password|screenshot|photoshop|bug in my code|app\b|download|wi ?fi|printer|shopping|shoes|suit|dress|jacket|jeans|fashion|wedding|propose|girlfriend|valentine|date night|party|gift|present for|card for|furniture|shelf|curtains|paint|wallpaper|ceiling|shed|light bulb|screws?|drill|plumber|leak|roof|windows?|garage|clean windows|laundry detergent brand|iron a shirt|cook|cooking|pancakes?|soup recipe|cake|cookies|barbecue|wine|beer brand|cocktail|dinner tonight|orchids?|roses?|plants? indoors|lawn|hedgehog|hamster|dog|dogs|puppy|kitten|cats?|litter box|horse|fish tank|aquarium|birds?|cars?|truck|sports car|petrol|gasoline station|diesel|tyres?|tires?|parking|traffic ticket|trains?|bus ticket|airplanes?|airport|travel|vacation|holiday|beach|ski\b|hike|tourist|stamp|post office|parcel|public holiday|monday a|calendar|time zone|what time|what day|lawyer|lawsuit|contract|bankruptcy|tax|rent|house|apartment|flat\b|loan|savings|inflation|economy|stock market|bank account|credit card|currency|resume|cv\b|promotion|my boss|quit my job|salary|hobby|hobbies|make friends|new city|board games?|cards game|puzzle|rugby|tennis|golf|hockey|cricket|olympics?|match tonight|game tonight|the game|goals|footballer|champion\w*|funny|riddle|quiz|haiku|apology|proofread|speech|ad for|slogan|newspaper|subscription|choir|dress code|gala|drama|ratings|museum in|distance between|how far|live in (?:tokyo|london|paris|new york|the world)|tallest|longest|biggest|oldest|fastest car|population)\b"
)
# The wish for a work of another trade, which no word of health makes a question about health.
_TRADE = re.compile(
    r"\b(?:write|draft|compose|make|create|design|draw|build|code|give|find|tell|name|suggest|plan|summari[sz]e) (?:me |us |my \w+ |for me )?(?:\w+ ){0,4}(?:poem|haiku|limerick|song|rap|lyrics|story (?:about (?!my)|set)|bedtime story|romance|novel|screenplay|toast|speech|logo|poster|slogan|business plan|cover letter|letter to my landlord|email that asks|review for|essay|jokes?|riddle|comic|quiz|crossword|playlist|app\b|apps\b|website for|python|javascript|script that|program that|code|database|itinerary)\b"
    r"|\b(?:code|app|database|software|website|spreadsheet) (?:for|that) (?:\w+ ){0,4}(?:patients?|hospital|beds?|steps|booking)|\bcode an app|\bbuild an app|\b(?:who (?:played|plays)|plot of|film about|movie about|series about|novel about|episode of|crossword clue)\b"
    r"|\b(?:what does an? \w+ (?:earn|make) in|(?:salary|wage|average pay|pay) of|shares? of|stocks? of|is its stock|shares will|invest in) |\b(?:become|work as) an? (?:\w+ )?(?:nurse|paramedic|doctor|surgeon|pharmacist|member of parliament)\b|\b(?:nursing|doctor|medical) job\b|\b(?:job in|job at|interview at) a\b|\bmedical degree recogni[sz]ed|\bpass the entrance test|\bbest for studying\b|\bsell my (?:medical )?practice\b"
    r"|\bdecorate an?\b|\b(?:chair|printer|paint|software|laptop|furniture) (?:is|are) (?:best|good)|\bused ambulance\b|\bcamper van|\bbirthday cake\b|\bhospital (?:choir|radio|cafe)|\bwho is the (?:health )?minister|\bwhen was the (?:\w+ ){0,3}(?:founded|built|opened)\b|\barchitecture prize|\bdoctors costume|\bgift for an?\b|\bjob ad\b|\bstudy medicine\b|\bas a business\b|\bopen a (?:pharmacy|clinic|gym)\b|\bmakes (?:stethoscopes|scalpels)|\bmedical drama|\bhospital (?:series|gala|drama)|\bstudents choir|\bvisa for\b|\bfile (?:taxes|a tax)|\bsue (?:my|the) employer\b|\bgym contract|\bstrike money|\bopening hours of the library"
)
_SMALL_TALK = re.compile(
    r"^\W*(?:hello|hi|hey)?\W*(?:how are you|do you have feelings|who (?:made|created|built) you|can you sing|whats your (?:name|favou?rite)|what is your (?:name|favou?rite)\b|are you (?:a )?(?:human|robot|real)|what do you think about politics|is there a god)"
)
# Subjects in a question about health after all.
_ABOUT_HEALTH = re.compile(
    r"\b(?:affect|affects|cause|causes|help|helps|good for|bad for|safe|risk|after (?:a |an |the |my )?(?:transplant|surgery|operation|stroke|heart attack|chemo\w*)|with (?:arthritis|cancer|asthma|diabetes|migraine|my)|people with|linked|trigger\w*|studies|ache)\b"
)


def signs(reading: Reading) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield what belongs to another subject, in words, with its place in the reading."""
    if span := reading.search(_TRADE):
        yield "asks for a work of another trade", span
    if span := reading.search(_SMALL_TALK):
        yield "is small talk", span
    span = reading.search(_SUBJECTS)
    if span and not is_medical(reading) and not reading.search(_ABOUT_HEALTH):
        yield "is about another subject than health", span


def is_medical(reading: Reading) -> bool:
    """Tell whether a word of health, or a person's complaint, stands in the question."""
    return bool(reading.search(MEDICAL) or reading.search(_MINE))
