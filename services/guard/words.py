"""What kind of word a word is, as far as the grammar of advice needs it. Pure.

The kinds are closed lists and endings of ours: who is spoken of, who gives care, what is done,
measured or taken. A word of no kind is *other*, by its ending.
"""

from collections.abc import Mapping
from functools import lru_cache

# Words that carry the grammar of a sentence: they stand for themselves.
FUNCTION = frozenset(
    """a an the this that these those i me my mine we us our you your yours yourself yourselves he
    him his she her hers it its they them their who whom whose which what when where why how if
    unless until till while because since so as than then though although whether and or but nor
    not no never none nothing nobody n't 's 're 've 'll 'd 'm to of in on at by for from with
    without about against between into through during before after above below up down out off over
    under again once here there is are was were be been being am do does did doing done have has had
    having will would shall should can cannot could may might must ought need needs let lets please
    just only also even still already yet too very more most less least much many few some any all
    both each every either neither other another such own same likely unlikely probably possibly
    perhaps maybe certainly definitely surely clearly almost always usually often sometimes rarely
    generally typically simply really actually honestly now today tonight tomorrow soon first next
    last instead rather better best safe safely fine ok okay good well bad right wrong worse enough
    worry normal low high sure able going got one itself himself herself else per""".split()
)

_KINDS: Mapping[str, str] = {
    "CARER": """doctor doctors physician physicians nurse nurses pharmacist pharmacists pharmacy
        oncologist oncologists haematologist hematologist cardiologist gp gps midwife midwives
        surgeon surgeons specialist specialists team teams clinic clinics hospital clinician
        clinicians provider providers dentist dentists consultant ward therapist therapists
        psychiatrist neurologist dermatologist paediatrician pediatrician optician optometrist
        rheumatologist urologist gynaecologist gynecologist endocrinologist nephrologist
        anaesthetist anesthetist counsellor counselor dietitian dietician physiotherapist
        radiologist pathologist paramedics ambulance helpline practice surgery staff""",
    "GROUP": """people patients adults children women men participants persons babies infants
        teenagers adolescents individuals volunteers groups person patient someone somebody anyone
        anybody everyone everybody newborns toddlers relatives carers caregivers families smokers
        users survivors recipients donors those""",
    "RELATIVE": """mother father mum mom dad husband wife son daughter child baby partner brother
        sister grandmother grandfather grandma grandpa aunt uncle parents girl boy toddler""",
    "SOURCE": """guideline guidelines label leaflet trial trials study studies review reviews
        report reports researchers authors registry survey meta-analysis paper article committee
        agency fda ema nice who cdc nhs society regulator statement panel consensus scientists
        investigators data evidence""",
    "SAID": """recommend recommends recommended advise advises advised suggest suggests suggested
        states state says say said reported found finds showed shows lists describes described
        notes noted warns warned concluded concludes according asks asked listed published""",
    "TAKEN": """tablet tablets pill pills medicine medicines medication medications drug drugs
        treatment treatments therapy therapies chemotherapy chemo steroid steroids antibiotic
        antibiotics insulin injection injections inhaler cream ointment capsule capsules drops patch
        patches transplant supplement supplements vaccine vaccines jab jabs painkiller painkillers
        aspirin ibuprofen paracetamol acetaminophen statin statins antidepressant antidepressants
        infusion infusions spray syrup gel blocker blockers thinner thinners vitamin vitamins iron
        operation surgery radiotherapy radiation antihistamine antihistamines course courses""",
    "DOSE": "dose doses dosage mg mcg ml g gram grams milligrams micrograms units unit iu drop"
    " teaspoon teaspoons tablespoon tablespoons puff puffs",
    "FREQUENCY": "daily twice weekly nightly thrice hourly once",
    "RESULT": """result results level levels count counts scan scans biopsy test tests reading
        readings number numbers figure figures score scores ecg ekg mri ct x-ray value values
        haemoglobin hemoglobin platelets creatinine cholesterol glucose ferritin potassium sodium
        psa a1c tsh urine sample lab labs swab smear mammogram marker markers pressure sugar""",
    "SIGN": """symptom symptoms pain pains rash fever cough headache headaches lump lumps bleeding
        swelling tiredness fatigue bruises bruising ache aches spots itching nausea dizziness
        breathlessness numbness tingling weakness palpitations discharge mole cramps""",
    "TIME": """day days week weeks month months year years hour hours minutes minute morning
        mornings evening evenings night nights bedtime breakfast lunch dinner monday tuesday
        wednesday thursday friday saturday sunday weekend""",
    "CHANCE": "chance chances odds prognosis outlook survival risk expectancy likelihood",
    "FIT": """candidate candidates eligible ineligible eligibility qualify qualifies qualified
        criteria suitable suited unsuitable fit appropriate entitled""",
    "REMEDY": """turmeric curcumin kernels laetrile silver homeopathic homeopathy homoeopathic
        herbal herbs herb essential oils oil enema enemas alkaline bleach mistletoe detox cleanse
        magnets crystals reiki juice juicing ginseng garlic honey echinacea cannabis cbd ivermectin
        charcoal peroxide bicarbonate colloidal bracelet copper ayurvedic remedy remedies tea
        vinegar megadose naturopath acupuncture""",
    "LIFE": """eat drink exercise sleep walk diet salt sugar alcohol smoking smoke weight food
        foods meals meal vegetables fruit caffeine coffee water jog swim stretch gym cigarettes
        sunscreen stress""",
}
KIND_OF: Mapping[str, str] = {
    word: kind for kind, words in _KINDS.items() for word in words.split()
}

# Verbs in the form in which a sentence can begin as an instruction.
BASE_VERBS = frozenset(
    """accept add adjust agree aim allow apply arrange ask attend avoid bathe be bear become begin
    believe book boost break breathe bring brush build buy call cancel care carry change check chew
    choose clean clear close come complete consider consult contact continue cook cool count cover
    crush cut dab decide decline decrease delay demand discard discontinue dismiss dispose dissolve
    ditch do double drink drive drop ease eat elevate end enjoy enrol enroll ensure exercise expect
    fast file fill find finish flush follow forget gargle get give go halve hang have head heat help
    hold hydrate ice ignore improve include increase inform inhale inject insist insert join keep
    leave let lie lift limit listen live log look lose lower maintain make massage measure mention
    mix monitor move notify observe opt order pass pause pay pick place plan postpone practise
    practice prefer prepare press print put quit raise reach read reassure reduce refrain refuse
    rejoin relax remain remember remove repeat replace report request resist rest restart restrict
    resume return ring rinse rub run save schedule see seek select settle shake share shower sign
    sip sit skip sleep slow smear soak speak split spray spread stand start stay step stick stop
    store strap stretch strive substitute supplement swallow swap switch take talk taper tell test
    think throw titrate top touch track treat trust try turn up use vary visit wait wake walk wash
    watch wean wear weigh work worry wrap write""".split()
)

# ... and those of them that lead to somebody who can judge, or that prepare a visit.
REFERRING = frozenset(
    """ask tell call contact report let mention bring write talk speak discuss inform ring phone
    consult seek see check note print raise share show notify""".split()
)

_ENDINGS = (
    ("ing", "-ing"), ("ed", "-ed"), ("ly", "-ly"),
    ("mab", "TAKEN"), ("nib", "TAKEN"), ("pril", "TAKEN"), ("statin", "TAKEN"), ("olol", "TAKEN"),
    ("cillin", "TAKEN"), ("mycin", "TAKEN"), ("dipine", "TAKEN"), ("tidine", "TAKEN"),
    ("xaban", "TAKEN"), ("sartan", "TAKEN"), ("prazole", "TAKEN"), ("formin", "TAKEN"),
    ("gliptin", "TAKEN"), ("gliflozin", "TAKEN"), ("tide", "TAKEN"), ("oxetine", "TAKEN"),
    ("traline", "TAKEN"), ("azole", "TAKEN"), ("vir", "TAKEN"), ("cept", "TAKEN"),
    ("lone", "TAKEN"), ("sone", "TAKEN"), ("zepam", "TAKEN"), ("mide", "TAKEN"),
    ("itis", "ILL"), ("emia", "ILL"), ("oma", "ILL"), ("osis", "ILL"), ("pathy", "ILL"),
    ("plegia", "ILL"), ("algia", "ILL"),
)  # fmt: skip


@lru_cache(maxsize=1 << 14)
def kind_of(word: str) -> str:
    """Return the kind of a word in small letters: itself when it carries grammar."""
    if word[0].isdigit():
        return "#"
    if word in FUNCTION or not word[0].isalpha():
        return word
    if kind := KIND_OF.get(word):
        return kind
    for ending, kind in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return kind
    return "*"
