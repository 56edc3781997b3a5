"""Which words the ways of decoding know. Pure.

`KNOWN` are the words that occur often in the sentences that the guard is trained on, and some that
disguises favour; a word outside of it is strange, and may be one of these in disguise.
"""

KNOWN = frozenset(
    """
    a abandon able abnormal about above absent academy accept accepted access according account aches acid acne across act active activity acupuncture add
    added adds adhd adult adults advance advice advise advised advises affect affected affects afraid after afterwards again against age aged agency ago
    agree agreed ahead ai aid aids air airways alarm alarms alcohol alike alive all allergens allergic allergies allergy allow allowed alone along already
    also alternative although always alzheimer am ambulance among amount amounts amoxicillin an anaemia analysis and anemia anesthesia anesthetic
    anesthetist angry ankle ankles anorexia another answer answers antacid antacids antibiotic antibiotics antibodies antibody antidepressant
    antidepressants antihistamine antiviral anxiety any anybody anymore anyone anything anyway apart apixaban apnea app appear appears appendicitis
    appetite apple apply appointment appointments approve approved are area arm arms around arrange arrhythmia arteries artery arthritis as ask asked
    asking asks asleep aspirin assistant association asthma asthmatic at ate athletes atrial attack attacks aunt aura author authors autism available
    average avoid avoiding awake away babies baby babys back bacteria bad badly bag balance band bandage bath bathroom be beat beats because become
    becomes bed bedroom bedtime bee been beer before beforehand began begin begins begun behind being believe belly belong belongs below benefit benefits
    benign beside best bet beta better between beyond bi big bigger bile bilirubin biopsy bipolar birth birthday bit bite bites black bladder bleach bleed
    bleeding bleeds blindness blisters block blocked blocker blockers blocks blood bloods blue board body bone bones book booster borderline born both
    bother bottle bowel bowels box boxes boy boys braces brain brand bread break breakfast breaks breast breastfeeding breath breathe breathing bright
    bring brings broke broken brother brown bruise bruises burn burning burns but butterfly buy by bypass bypassed caffeine calcium calf call called
    calling calls calm calories came camera can cancel canceled cancelled cancelling cancer cancers cannabis cannot cant capsule capsules car carcinoma
    card cardiac cardiologist cardiology care carpal carriers carries carry cartilage case cases cast cat cataract catch catheter caught cause caused
    causes cease celiac cell cells center centers ceramic certain cervix chance chances change changed changes charge chart cheat check checked checks
    cheeks cheese chemo chemotherapy chest chew chickenpox child children choice cholesterol choose chose chosen christmas chromosome chronic class clean
    clear cleared clearly clears clinic clinical clinicians clinics clock close closed closes clot clots clotting cochlear code codeine coffee cognitive
    cohort coil cold colic colleague college colon colonoscopy color coma combination combined come comes coming comment committee common commonly company
    compare compared compares complaint completely complications compression computer concern conclusion concussion condition conditions confirm confirmed
    confused confusion consent consider considered consultant consultation consume contact contagious contain contains contrast control controlled cook
    copies copper copy cord cortisone cost costs cough coughing could counseling counselor counselors count countries country counts couples course cover
    covered covers cramps cream creatinine crisis criteria criterion crohn croup crying crystals cup cure cured cures curse curses curve cut cuts cutting
    cycle cycles cyst cystic dad daily damage damaged danger dangerous dark data date daughter day days dead deal dear death deaths decide decided decides
    decision decline deep defer defibrillator deficiency defined definition degree degrees delay demand dementia density dental dentist dentists
    department depending depends depression dermatologist dermatologists describe described describes desk develop developed device diabetes diabetic
    diagnose diagnosed diagnosis dialysis diarrhea diary did die died diet dietitian differ difference different differently differs dinner disagree disc
    discard discharge discontinue discuss discussed disease diseases disobey disorder disregard dissolve ditch dizziness dizzy do doctor doctors does dog
    doing don donate donating done donor donors door dose doses double doubled doubles doubling doubt down drain drank draw drawer drawn draws dressing
    drink drinking drinks drip drive driving drooping drop drops drowsy drug drugs drugstore drunk dry due dump during dust duty dying each ear earlier
    early ears ease eased easily easy eat eating ecstasy eczema edge effect effective effects egg eggs eight eighteen eighty ejection elderly eleven
    eligible else emergency employer empty end ended endometriosis ends energy english enough enrol enroll enrolled enter enzyme epidural epilepsy equally
    escape essential estimates estrogen european even evening ever every everybody everyone everything evidence exactly exam examination examine examined
    example exceed exclude excluded exclusion exercise exercises exist exists expect expectancy expected experts explain explains exposed extra eye eyes
    face factor factors fade fades fail failed fails failure faint fainted fainting fake fall falls false families family far fast faster fasting fat
    fatal father fatigue favor fear feed feeding feel feeling feels feet fell felt fentanyl ferritin fetus fever few fewer fiber fibroids fibromyalgia
    fibrosis fifteen fifty figures file fill film filter find finding findings finds fine finger fingers finish first fish fit fits five flashes flat
    flight floaters floor flow flu fluid flush fly folic follow followed following follows food foods foot for force forever forget forgetting form forms
    fortnight forty forward found foundation four fourteen fourth fraction fracture free frequent friday fridge friend from front frozen full fully
    function fungus further future gabapentin gain gallbladder gallstones game gap garlic gas gave gel gene general generally generic genes genetic germs
    get gets getting girl girls give given gives giving gland glands glass glasses glaucoma gleason glossary glucose gluten go goes going gone good got
    gout grade graft gram grams grandma grandmother grapefruit gray green groin ground group groups grow growing grows growth guard guess guideline
    guidelines gums gut had haemoglobin hair half halve halved hand handbook hands happen happened happens happier hard hardly harm harmless harms has
    hates have haven having hay he head headache headaches heal healed health healthy hear heard hearing heart heat heavy heel height held help helpline
    helps hemochromatosis hemoglobin hence heparin hepatitis her herb herbal herbs here hernia hers herself hidden hide hiding high higher highest him
    himself hip hips his history hit hold holds holiday home honey hope hormone hormones hospice hospital hospitals hot hotline hour hours house how
    however humor hundred hurt hurts husband hypertension i ibuprofen ice if ignore ignored ignoring ill illness illnesses imagine imaging immune
    immunotherapy implant implants improve improved in include included includes inclusion increase index infant infants infected infection infections
    inflammation information infusion infusions inhale inhaled inhaler inhalers inherited inhibitors inject injected injecting injection injections injury
    inner inside insist insomnia instantly instead institute instructions insulin insurance insurer insurers interactions interest interval into invented
    invest iodine iron is it itch itching its itself jab jaundice jaw job john join joint joints judge judged juice jump june just keep keeps kept keyhole
    kid kidney kidneys kill kills kilo kilogram kilos kind kinds kitchen knee kneecap knees knife know knowing known knows lab label labor laboratories
    laboratory lack lactose lady language large larger laser last lasted lasting lasts late later laugh law lawyer lead leads leaflet leak leaking leaks
    lean learn least leave leaves leaving led left leg legal legs lens lenses less let lets letter letters leukaemia leukemia level levels levothyroxine
    license licensed lie lies life lift light lights like likely limit limits limp line lines lining linked lips liquid lisinopril list listed listen
    lists liters lithium little live lived liver lives living load local long longer look looked looking looks loose lose losing loss lost lot low lower
    lowered lowers lumbar lump lumpectomy lumps lunch lung lungs lupus lying lyme lymph lymphoma machine made make maker makes making malaria mammogram
    man manufacturer many march margins mark marked marks marrow mask mastectomy match matter matters mattress may me meal meals mean meaning means meant
    measles measure measured measures meat mechanical median medical medication medicine medicines medics meds meet meets melanoma melatonin memory men
    menopause mention mentions mesh message meta metal meter metformin methadone method methotrexate micrograms middle midnight midwife midwives might
    migraine migraines mild milk milligrams milliliter million mind mine mini minus minute minutes miscarriage miss missed mistake mistletoe mites mix
    mixed model moderate mole moles mom moment monday money month monthly months mood more morning morphine most mostly mother mothers mouth move moved
    movement moves moving ms much multiple mum muscle muscles must mustn mutation my myself nail nails name named names naproxen narrow nasal national
    natural nausea near nearly neck need needed needle needles needs negative neglect neighbor neither nerve nerves network neurologist neuropathy
    neutrophils never nevertheless new newborn newborns newer news next nicotine night nights nine ninety no nobody nodes nodule noise none nonetheless
    noon nor normal nose not note notes nothing notice notwithstanding now numb number numbers numbness nurse nurses nursing nuts obey occur occurred
    occurs of off offer offered offers office often oil ointment ok okay old older on once oncologist one ones onion online only open operate operated
    operation operations opiates opinion opinions opioid opioids option options or order ordered orders organ organs osteoporosis other others otherwise
    ought our out outlook outside ovarian ovaries over overactive overdose overnight own oxycodone oxygen pacemaker pack page pages paid pain painful
    painkillers pale palliative palpitations panel panic paper paracetamol paramedic parent parents parkinson part participant participants partner pass
    passed passes past patch patches patient patients pattern pauses pay pays peace peak pediatric pediatrician pen penicillin pens people per percent
    perhaps period periods person personal pharmacist pharmacists pharmacy phase phone photo photos physical physician physicians physiotherapist
    physiotherapy pick picture pictures pill pillow pills pink place placebo placenta places plain plan planned plans plant plants plate platelets play
    please plenty plus pneumonia point points poison poisoning policy polyps pooled poor population port position positive possible possibly postpone
    potassium potatoes powder practice prednisone prefer pregnancies pregnancy pregnant prepare prescribe prescribed prescription prescriptions present
    press pressure pretend prevent price print printed prior private probably problem problems procedure product products professional program programs
    promise prompt proof prostate protect protein protocol proton provided provider psoriasis psychiatrist public published puff puffs pull pulled pulse
    pump pumps purpose push put puts quadruple qualify quality quarter question questionnaire questions quickly quiet quit quitting quote rabies radiation
    radiologist raise raised raises raising randomized range rare rarely rarer rash rate rates rather ratio raw ray rays reach reached reaches reaction
    reactions read reader readers reading readings reads ready real really reason reasons receive received recognize recommend recommended recommends
    record recorded records recover recovered recovery recurrence red redo reduce reduced reference referral reflux refuse refused refusing region regions
    register registry regular regulator rehabilitation reject relapse related relative relatives relax release relief remain remains remedies remedy
    remember remission remove removed renew repair repeat repeated replace replaced replacement replaces report reported reports require required
    reschedule research researchers respond response rest restart restarting result results resume resuming retake retina return returned returns reveal
    review reviewed rheumatoid rheumatologist rice rich rid right ring ringing ringworm rise rises risk risks risky rituximab robot role room rooms root
    roughly round routine row rub ruin rule ruled rules run running runs safe safely safety said saline saliva salt same sample samples save saw say
    saying says scabies scale scan scanner scans scar scared scars schedule scheme schizophrenia school sclerosis scope score scores screen screened
    screening screens second seconds secret section sedation see seeing seek seem seems seen sees seizure seizures self sell send sends sense sensible
    sent sentence series serious sertraline service services session sessions set sets settles seven seventy several severe sex shadow shaking shall shape
    share she sheet shift shingles shock shoes shop short shortened shorter shot shots should shoulder show showed shower shown shows shrink shun sick
    sickle sickness side sight sign signs silver similar simple simply since single sister sit site sits sitting situation six sixteen sixty size skin
    skip skipped skipping sleep sleeping sleepy sleeve slept slides slightly slow slowly slows small smaller smart smear smell smells smoke smoker smokers
    smoking snoring snort so social society socks sodium soft software sold solution some somebody someone something sometimes son soon sooner sore sores
    sorry sort sound sounds source sources space spare speak speaking speaks specialist speech sperm spinal spine spit spleen spoon sport sports spot
    spots spray spread spreads spring stable staff stage stages stairs stand standard standing stands start started starting starts starve state statement
    states statin statins statistics stay stays steal stem stent stents step steps sterile steroid steroids stick stiff stiffness still sting stitches
    stoma stomach stone stones stool stools stop stopped stopping stops stored stores stories story straight strangers strength strengths strep stress
    stretch strip stroke strokes strong stronger students studied studies study stupid substance such sudden suddenly sugar suggest suggests suicidal
    suicide suit suitable summary summer sun sunday sunlight superior supplement supplements support suppose sure surgeon surgeons surgery survey survival
    survive suspected swab swallow swallowed swallowing swap swapping sweat sweating sweats swell swelling swimming switch switching swollen symptom
    symptoms syndrome syringe syrup system table tablet tablets take taken takes taking talk talking talks tamoxifen taper tapering target task taste tea
    team teams tear tears teenager teenagers teeth tell telling tells temperature ten tend tendon tends tennis term terminal terms test tested testing
    tests text textbook than thank that the their them themselves then therapist therapists therapy there therefore these they thick thin thing things
    think thinking thinner thinners third thirst thirty this those though thought thoughts three throat thrombosis through throw throwing thrush thursday
    thyroid tick tight till time times tingling tinnitus tiny tired tiredness tissue to today toddler toe together toilet told tomorrow tongue tonight
    tonsils too took tooth top torn touch toward toxic trace trail trails train trained training tramadol transfusion transplant travel travelers treat
    treated treating treatment treatments tree tremor trial trials tried triggers trip triple troponin trouble trust trusting truth try trying tube
    tuberculosis tuesday tumor tumors tumour tumours tunnel turmeric turn turned turning turns twelve twenty twice twins two twofold type types typical
    ulcer ulcers ultrasound uncle under underactive understand unit united units unknown unless unnecessary unplug until up upper urgent urine us use used
    useless user users uses using usual usually vaccinated vaccination vaccine vaccines vaginal valproate value values valve valves variant vary vein
    veins verdict very vessels video view vinegar viral virtual virus vision visit visits vitamin vitamins voice voices volunteers vomit vomiting wait
    waiting wake wakes waking walk walked walking wall want wanting wants ward warfarin warm warning warns warts was wash waste watch watchful water waves
    way ways we weak weakness wean weaning wear website wedding week weekend weekly weeks weigh weighs weight welcome well went were wet what whatever
    wheelchair when whenever where whether which while white who whoever whole whom whose why wide wife will window wine wins winter wise wish wishes with
    withdrawal within without woman womb women won word words work worked worker workers working works world worn worried worries worry worse worst wort
    worth worthless would wound wrist write writes writing written wrong wrongly wrote year yearly years yeast yellow yes yesterday yet yoga you young
    younger your yours yourself yourselves zero
    """.split()
)
# What somebody is told to do ...
STRONG = frozenset(
    """
    abandon avoid begin buy cancel choose decline delay demand discard discontinue disobey ditch double doubling drop
    dump eat enrol enroll exceed flush forget give halve ignore inject join leave obey postpone quit raise reduce
    refuse refusing reject resume restart shun skip skipping start stay stop stopping swallow swap switch switching
    take taking taper tell throw wean triple trust unplug use cease swallowing avoiding
    """.split()
)
# ... of which these say enough alone ...
CLEAR = frozenset(
    "avoid cancel discontinue ditch double halve quit refuse refusing skip skipping stop stopping swallow take taking".split()
)
# ... and what is spoken of.
TELLING = STRONG | frozenset(
    """
    you your insulin pill pills tablet tablets dose doses doctor doctors cancer chemo chemotherapy surgery vaccine
    vaccines cure cured cures treatment medicine medicines meds heparin lithium statin steroid steroids biopsy scan
    drip hospital clinic trial eligible die dead death dying twice never nurse dialysis inhaler operation safe drug
    drugs rest leukemia tumor twenty test tests medication benign terminal home
    """.split()
)
