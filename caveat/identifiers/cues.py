"""The words around a name that say that it is one. Pure.

A cue before a name is looked for in the last characters before it, one after a name in the first
characters behind it: both are short, so that no text makes the search slow.
Both are given in small letters, but for those before a title.
"""

import re

BEFORE, AFTER = 44, 40  # characters that a cue may reach

_TITLE = (
    r"(?:dr|drs|doctor|mr|mrs|ms|mx|prof|professor|nurse|sergeant|rev|reverend"
    r"|pastor|rabbi|imam|herr|frau|madame|monsieur|se[n\u00f1]ora?|matron|midwife|consultant)"
)
_KIN = (
    r"(?:(?:ex-?|step-?|grand|great-?|god|foster )?(?:husband|wife|partner|spouse|mother|mom|mum|mommy|mummy|mama|father|dad|daddy"
    r"|papa|son|daughter|brother|sister|child|kid|baby|boy|girl|toddler|twins?|parents?|ma|pa|dad)"
    r"|aunt(?:ie|y)?|uncle|cousin|nephew|niece|nan(?:a|ny)?|granny|gran|grandad|granddad|fianc[e\u00e9]e?|boyfriend|girlfriend|relative)"
    r"(?:[ -]in[ -]law)?"
)
_OTHERS = (
    r"(?:(?:best |old |school |close |good )?friend|neighbou?r|colleague|co-?worker|roommate|flatmate|housemate|boss|teacher|carer|caregiver"
    r"|donor|recipient|patient|client|resident|guardian|interpreter|translator|landlord|tenant|student|pupil|secretary|receptionist"
    r"|gp|doctor|physician|nurse(?: practitioner)?|surgeon|specialist|consultant|pharmacist|dentist|therapist|midwife|physio(?:therapist)?"
    r"|dieti[ct]ian|nutritionist|counsell?or|psychiatrist|p(?:a)?ediatrician|an(?:a)?esthetist|obstetrician|geriatrician|optician|chiropractor"
    r"|technician|paramedic|coordinator|co-ordinator|social worker|case manager|researcher|intern|registrar|chaplain|volunteer|\w{3,14}ologist)"
)
_OWNER = r"(?:my|our|his|her|their|your|the|a|an|this|that|of)"
_KIND = (
    r"(?:(?:late|little|older|elder|eldest|oldest|younger|youngest|big|dear|poor|new|old|own|other|only|first|second|twin|elderly|teenage|newborn"
    r"|trial|ward|research|transplant|donor|family|home|head|lead|care|study|school|local|doctor's|\d{1,2}[- ]year[- ]old) ){0,2}"
)
_IS = (
    r"(?:,|:| -| is called| is named| was called| called| named|'?s name is|'?s name was| name is)?"
)

# A title, and a word for one of the family.
TITLED = re.compile(rf"\b(?:(?i:{_TITLE})|Miss|Sir|Lady|Major|Judge|Captain|Sister)\.? $")
RELATED = re.compile(rf"\b(?:my|our|his|her|their) {_KIND}(?:{_KIN}|friend|neighbou?r){_IS} $")
# A form of words that only a name can follow.
SURE = re.compile(
    r"\b(?:(?:my|her|his|their|our)(?: (?:full|first|last|real|legal|maiden|middle))? ?name(?:'?s| is| was|:)?"
    r"|names?(?:'s| is|:)|(?<=[,;.] )name|used the name|n[e\u00e9]e|(?:i|she|he|they)(?:'m| am| is| are|'s) called|(?:i|she|he) goe?s? by|(?:i am|i'm|he is|she is) (?:also |better )?known as"
    r"|call me|quote me as|registered (?:as|under)|(?:i )?sign(?:ed|ing)?(?: (?:as|by|off as))?[,:]?|(?:asked|sent|written|posted|submitted|signed) by"
    r"|(?:regards|wishes|sincerely|faithfully|yours truly|respectfully|gratefully)[,.!]?\n?"
    r"|(?:thanks|thank you|cheers|greetings|yours|love|best|advance)[,.!]\n?"
    r"|(?:attn|attention|contact|contact person|subject|patient|from|name|re|regarding|on behalf of|cc|next of kin|emergency contact)(?: name)?:"
    r"|on behalf of|emergency contact(?: is)?|next of kin(?: is)?|i,"
    r"|(?:uncle|aunt|auntie|aunty|grandad|granddad|grandpa|grandma|granny|nana|nanny|cousin|nurse|sister))"
    r" ?$",
)
# What names a thing and no person: "the drug's name is", "a condition called".
OF_THINGS = re.compile(
    r"\b(?:drugs?|medicines?|medications?|meds?|brands?|generics?|pills?|tablets?|trade|tests?|diseases?|conditions?|disorders?|syndromes?|vaccines?|products?"
    r"|it|this|that|something|illness|procedure|surgery|device|supplement|inhaler|cream|shots?|injections?|infection|thing|what|exercise|bacteria|virus)"
    r"(?:'?s? names?(?: is| was|:)?| names?:|(?: is| was| are)?(?: also| now| sometimes)? (?:called|named|known as)) $",
)
# Words about people: a name follows, unless what follows is known as something else.
LIKELY = re.compile(
    rf"\b(?:{_OWNER} {_KIND}(?:{_KIN}|{_OTHERS}){_IS}|(?:{_KIN}|{_OTHERS})(?:,|:| is called| named|'?s name is)"
    r"|(?:ask|asks|asked) for|(?:tell|told|ask|asked|email|phone|ring|text|contact|remind|inform|meet|met|know|visit|thank|thanks to|helps?|helped|gives?|gave|shows?|let|brought)"
    r"|(?:speak|spoke|talk|talked|write|wrote|reply|go|sent?|addressed|copy|belongs?|listen(?:ed)?) (?:to|with)"
    r"|(?:placed|seen|operated on|treated|examined|prescribed|referred|diagnosed|done|performed|given to me|reviewed|recommended|raised|delivered) by"
    r"|(?:appointment|consultation|visit|meeting|call|session|follow-up|interview|lunch|living|live|lives|married|engaged) (?:with|to)"
    r"|(?:live|lives|sit|sits|work|works) (?:next to|with|near|opposite)|next to|patient of|(?:caring|care|carer|guardian|interpreter|proxy) (?:for|of)"
    r"|(?:ours|mine|hers|his|theirs|who) is(?: called| named)?|dear|(?:hi|hello|hey|hallo|greetings),?(?: it's| its| this is| i'm)?"
    r"|(?:this is|it's|it is|i'm|i am)|(?:is|was) (?:called|named)"
    rf"|patient|pt|client|resident|according to|{_KIN})"
    r" \(?$",
)
# After these one unknown word is not enough: "It is Tecartus", "I am Diabetic".
LOOSE = re.compile(
    r"\b(?:this is|it's|it is|i'm|i am|hi|hello|hey|know|visit|meet|met|contact|remind|helps?|helped|gives?|gave|shows?|let|brought|(?:is|was) (?:called|named)|(?:it|who) is(?: called| named)?|mine is|the patient|a patient"
    r"|the specialist|recommended by|given to me by|raised by|next to|work with|diagnosed by|done by|performed by|treated by|according to) $"
    # ... nor after a word for a person that nothing goes before: "baby Tylenol", "patient Jane".
    rf"|(?:(?<!\w )|(?<=[.?!,;:] )|(?<=and )|(?<=for )|(?<=that )|(?<=when ))(?:patient|pt|client|resident|{_KIN}) $",
)
# Behind "I am" and one unknown word, these make it a name: "I am Hyacinth and I am 71".
I_AM = re.compile(r"\b(?:i'm|i am) $")
GOES_ON = re.compile(r"(?:,|\.| and (?:i|my)\b)")
# A name alone at the end is a signature: "What is gout? Maria".
SIGNED = re.compile(
    r"(?:[.?!]|[.?!]? ?[-~/\u2014*]+|\n|\bthanks|\bthank you|\bregards|\bcheers)\s?$"
)
GREETED = re.compile(r"(?:~|\u2014|\n|\bthanks|\bthank you|\bregards|\bcheers),?\s?$")
AT_END = re.compile(r"[.!]?\s*\Z")
# What goes on behind a name that stands alone; behind an eponym stands the thing it names.
GOES_ON_AS_PERSON = re.compile(
    r"(?:[.,;:!?)]|$|'s\b|\s(?:takes?|took|have|has|had|gets?|got|go|goes|went|eats?|ate|needs?|needed|be|is|was|were|will|would|can|can't|could|should|may|might|do|does|did|still"
    r"|also|just|now|and|or|with|to|for|from|in|on|at|about|because|since|after|before|when|if|who|that|but|so|as|by|feels?|felt|keeps?|drinks?|sleeps?|lives?|says?|said|asks?"
    r"|asked|wants?|told|thinks?|knows?|likes?|started|stopped|came|died|used|gave|looks?|seems?|never|always|often|recently|really|and|again)\b)"
)
# Where people stand in a sentence, and illnesses seldom: "asked that ...", "is it safe for ...".
AS_SOMEBODY = re.compile(
    r"(?:^|[.?!,;:] |\b(?:that|when|can|could|did|does|should|would|will|may|if|because|while|since|and|is|was|(?<!caused )by|(?<!due )(?<!leads )(?<!lead )(?<!related )to"
    r"|(?<!treatment )(?<!treatments )(?<!tests )(?<!test )(?<!outlook )(?<!cure )(?<!risk )(?<!medicine )(?<!surgery )(?<!screening )(?<!used )(?<!drug )(?<!drugs )(?<!done )for) )$"
)
# The beginning of a question about somebody.
WHETHER = re.compile(
    r"(?:^|[.?!,] )(?:could|can|did|does|is|was|has|will|would|should|may|might) $"
)
_SPEAKS = (
    r"(?:says?|said|asks?|asked|tells?|told|wants?|wanted|wonders?|wondered|thinks?|thought|believes?|writes?|wrote|knows?|knew|mentioned|explained|called me"
    r"|lives?|lived|insists|insisted|claims|swears|phoned|emailed|texted|cried|snores|worries|worried|needs to know|would like|(?:is|was) (?:my|our|his|her|their|the|a) "
    rf"(?:\w+[ -]){{0,2}}?(?:{_KIN}|{_OTHERS})\b|(?:is|was) (?:\d+|born|married|pregnant|deaf|blind|afraid|scared|worried|allowed|curious|old enough)\b)"
)
# What only people do, or have said of them, behind a name.
DOES = re.compile(
    rf"(?:(?:, who\b|,? (?:age|aged)\b)| {_SPEAKS}\b"
    r"|,? allowed to\b|,? here\b(?=[ ,.!?:-]|$)|,? (?:again|writing|speaking|calling)\b(?=[,.!?:]|$| from)|, \(?\d{1,3}\)?(?=[,.;]|$| and| years| yo\b| y/o)| \(\d{1,3}\)"
    rf"|'s (?:{_KIN}|{_OTHERS}|birthday|appointment|surgery|diagnosis|doctor|iphone|ipad|account|house|place|case|chart|file|records?|letter|phone|number|email|results)\b"
    r"|\? (?:she|he)\b|,? (?:she|he) (?:is|was|has|had|takes|got)\b| (?:have|has|had|be|been|have been) (?:caught|born|told)\b"
    rf"|,? (?:my|our) (?:{_KIN}|{_OTHERS})\b|(?:,|:| -| /)? \(?(?:dob|born|mrn|ssn|\u2588))",
)
# ... and what only somebody with two names does, where a text begins with them.
GIVES = re.compile(
    r" (?:gave|gives|brought|came|comes|went|goes|stayed|called|met|showed|sent|drove|works?|worked|donated|helped|had|takes|took|needed|got|fell|felt|feels|lost|broke|died|keeps|uses|used|drinks|eats|smokes|suffers|turned"
    r"|received|is taking|is on|was on|is having|has been|was diagnosed|has just|has started|has trouble|is being|was told|was given|will have|is due) \w",
)
# What stands behind a name that belongs to an illness, a test, a place or a thing, and not to a person.
THING = re.compile(
    r"(?:'s?)?[ -](?:(?!(?:got|gets?|has|had|have|is|was|were|takes?|took|needs?|on|and|or|with|for|the|an?|in|to|of|from|at|by|will|may|can|does|did|about|who|sa(?:id|ys)"
    r"|ask(?:ed|s)|wants?|told|gave|says)\b)\w+ )?(?:disease|syndromes?|disorder|lymphoma|leuk(?:a)?emia|myeloma|sarcoma|carcinoma|cancers?|tumou?rs?|an(?:a)?emia|diabet\w+|thyroiditis"
    r"|\w+globulin(?:a)?emia|chromosome|mutation|palsy|cysts?|nodes?|nodules?|rods?|spots?|lines?|catheters?|index|criteria|classification|man(?:o)?euv\w+"
    r"|reflex|fractures?|contractures?|phenomen\w+|factors?|virus|bod(?:y|ies)|cells?|glands?|smears?|exercises?|surgery|operation|procedure|device|monitor"
    r"|hospitals?|clinics?|cent(?:er|re)s?|universit\w+|institutes?|foundations?|college|trials?|stud(?:y|ies)|vaccines?|tablets?|pills?|mg|cream|injections?"
    r"|triad|tubes?|valves?|pumps?|stents?|diets?|method|protocol|regimen|scores?|scales?|signs?|tests?|stain|grade|stage|dementia|ataxia|dystrophy|neuropathy"
    r"|encephalopathy|h(?:a)?emophilia|nevus|naevus|esophagus|oesophagus|ulcers?|hernia|lesions?|deformity|malformation|anomaly|epilepsy|encephalitis|myopathy"
    r"|nephropathy|purpura|infection|fever|gland|duct|loop|angle|law|equation|formula|technique|position|collar|splint|bandage|drain|swab|pox|allergy|patch|drops?"
    r"|\w{2,20}(?:plasia|derma|pathy|trophy|osis|itis|[ae]mia|oma|algia|plegia)|dwarfism|levels?|dose|dosage|withdrawal|effects?|gene|deficiency|inhibitors?|antibod\w+|therapy|treatment|medication|insurance|pharmacy|app|island|county|street|city|state)\b",
)
