"""Crisis and emergency in Spanish, which must be understood although no page is Spanish. Pure.

Accents are often left out, so patterns are held against a text without them.
"""

import re
import unicodedata

_CRISIS = re.compile(
    r"\b(?:quier[oe]\s+(?:aserme\s+dano|asermelo|morir\w*|matar(?:me|se)|quitarme|acabar\s+con\s+(?:todo|mi\s+vida|su\s+vida)|desaparecer|(?:dormir|dormirme)\s+y\s+no\s+despertar|hacerme\s+dano|lastimarme|saltar|que\s+(?:todo\s+)?(?:se\s+)?(?:acabe|termine))"
    r"|(?:ganas\s+de|pienso\s+en|pensando\s+en|piensa\s+en|prefiero|decidi\w*|intent\w+|quiero|voy\s+a|va\s+a|podria|puedo)\s+(?:la\s+|el\s+|en\s+)?(?:morir\w*|muerte|suicid\w+|matar(?:me|se)|ahorcar(?:me|se)|tirar(?:me|se)|quitar(?:me|se)\s+(?:la\s+vida|de\s+en\s+medio)|cortar(?:me|se)|lastimar(?:me|se)|estar\s+muert[oa]|desaparecer|acabar\s+con|terminar\s+con\s+(?:todo|mi|su)|hacerle\s+dano|hacerme\s+dano)"
    r"|me\s+(?:voy\s+a\s+)?(?:quiero\s+morir|matar|suicidar|suicido)|se\s+(?:va|quiere|queria)\s+(?:a\s+)?(?:matar|suicidar|morir|quitar\s+la\s+vida)|(?:queria|quiere|dice\s+que\s+quiere)\s+(?:morir|desaparecer)"
    r"|quitar(?:me|se)\s+la\s+vida|no\s+quier[oe]\s+(?:seguir\s+)?(?:vivir|viviendo|seguir|estar\s+viv[oa]|despertar)|no\s+(?:despertar|despierte)\b|ya\s+no\s+quier[oe]\s+vivir"
    r"|(?:cansad[oa]|hart[oa])\s+de\s+(?:vivir|la\s+vida)|(?:seguir|estar)\s+viv[oa]\b.{0,20}(?:arrepient|no\s+quiero)|arrepiento\s+de\s+seguir|no\s+(?:vale\s+la\s+pena|tiene\s+sentido|le\s+(?:veo|encuentro)\s+sentido)|vida\s+(?:ya\s+)?no\s+tiene\s+sentido|sin\s+sentido\s+la\s+vida"
    r"|mejor\s+(?:sin\s+mi|que\s+yo\s+no|si\s+(?:yo\s+)?no\s+exist|muert[oa])|nadie\s+me\s+va\s+a\s+extranar|(?:soy|siento)\s+una\s+carga|(?:carta|mensaje|nota)\s+de\s+despedida|me\s+despedi\s+de|manana\s+(?:ya\s+)?no\s+(?:estare|voy\s+a\s+estar)"
    r"|suicid(?:arme|arse|as|a)\b|pensamientos?\s+suicida|pastillas?\s.{0,30}(?:para\s+no\s+despertar|para\s+morir|para\s+matar)|para\s+(?:morir|matar(?:me|se)|no\s+despertar|terminar\s+con\s+(?:su|mi)\s+vida|quitarme)"
    r"|(?:me|se)\s+(?:corto|corta|hago\s+cortes|hace\s+cortes|lastimo|lastima|quemo)\b(?=.{0,40}(?:brazos|piernas|munecas|piel|noche|aguanto|adrede|sola?))|me\s+hago\s+cortes|las\s+voces\s+me|(?:tomar|trag)\w*\s+todas\s+las\s+pastillas"
    r"|(?:se\s+)?tom[oe]\s.{0,30}(?:para\s+(?:matarse|morir)|porque\s+queria\s+morir)|terminar\s+con\s+todo|acabar\s+con\s+todo|todo\s+se\s+acabe|esto\s+se\s+acaba|ojala\s+(?:no\s+me\s+despierte|me\s+(?:muera|hubiera\s+muerto))|ayude\s+a\s+morir|tirarme\s+(?:al|por|del|desde)"
    r"|duele\s+morir|sobredosis\b.{0,60}(?:pensando|pienso|en\s+serio)|tir[oe]\s+(?:al|por)\s|no\s+veo\s+(?:salida|otra\s+salida)|dej[oe]\s+una\s+nota|tiene\s+(?:una\s+)?(?:pistola|su\s+arma|un\s+arma)|la\s+navaja|la\s+cuerda|dosis\s+(?:mortal|letal)|mortal\b.{0,30}para\s+mi)",
)

_EMERGENCY = re.compile(
    r"\b(?:no\s+(?:puedo|puede|logra|consigo)\s+(?:respirar|hablar|mover|tragar)|no\s+respira|(?:cuesta|dificultad|trabajo)\s.{0,15}respirar|me\s+ahogo|se\s+(?:ahoga|atragant\w+|esta\s+ahogando)|falta\s+(?:de\s+|el\s+)aire"
    r"|(?:dolor|presion|opresion|duele)\s(?:\w+\s+){0,4}pecho(?=.{0,60}(?:brazo|mandibula|suda|sudor|respirar|fuerte|hora|ahora|mucho|minutos))|(?:mucho|fuerte)\s.{0,10}(?:el\s+)?pecho|infarto\b(?<=dando\sun\sinfarto)|esta\s+(?:dando|teniendo)\s+un\s+(?:infarto|derrame|ataque)"
    r"|labios\s+(?:morados|azules|hinchados)|esta\s+(?:azul|inconsciente|morad[oa])|inconsciente|no\s+(?:despierta|reacciona|responde|contesta\b.{0,20}sudando)|(?:se\s+)?desplom\w+|(?:me|se)\s+desmay[oe]\b(?!.{0,40}(?:hace|anos))|convulsi(?:on|ona|ones)\w*"
    r"|(?:torcio|durmio|caida|paraliz\w+)\s.{0,12}(?:boca|cara)|no\s+(?:siento|siente|sienta)\s.{0,20}(?:pierna|brazo|lado|cara|cuerpo)|habla\s+raro|(?:vomit|tos|escup)\w*\s+(?:\w+\s+){0,2}sangre|(?:caca|heces|deposiciones)\s+negras?"
    r"|(?:sangr\w+|sangre)\s.{0,20}(?:mucho|a\s+chorros|no\s+para)|(?:no\s+)?(?:deja|para)\s+de\s+sangrar|mucho\s+sangrado|sale\s+a\s+chorros|(?:trag|beb|comi|tom)\w*\s+(?:\w+\s+){0,4}(?:lejia|cloro|pila|bateria|iman|veneno|raticida|anticongelante|pastillas?\s+(?:de|del)\s)"
    r"|(?:cierra|hinch\w+|inflam\w+)\s.{0,15}(?:garganta|lengua|cara|labios)|(?:garganta|lengua|cara|labios)\s.{0,15}(?:hinch\w+|cierra)|peor\s+dolor\s+de\s+cabeza|dolor\s+de\s+cabeza\s.{0,30}(?:repente|golpe|rigido|terrible)|cuello\s+rigido"
    r"|(?:doble|veces\s+la\s+dosis|demasiad\w+)\b.{0,40}(?:error|insulina|no\s+reacciona|jarabe|temblando)|por\s+error\s.{0,60}(?:dosis|pastillas|insulina)|golpe\w*\s.{0,15}cabeza(?=.{0,50}(?:vomit|confund|dormid|anticoagul|sueno))|anticoagulantes.{0,60}(?:cabeza|dormid|confund|sangr)"
    r"|(?:el\s+)?bebe\s+no\s+se\s+mueve|no\s+se\s+mueve\s+desde|embarazada.{0,60}(?:sangr|dolor\s+de\s+cabeza|vision)|(?:sangr\w+).{0,40}embaraz|(?:quimio\w*|trasplante).{0,60}(?:fiebre|escalofrios|3[89]|40)|fiebre.{0,60}(?:quimio\w*|trasplante)"
    r"|(?:bebe|recien\s+nacid[oa])\s+de\s+(?:un|dos|1|2|\w+\s+semanas?)\s*(?:mes|meses)?.{0,30}fiebre|muy\s+dormid[oa]|(?:salte|perdi)\s.{0,15}dialisis|me\s+salte\s+dos|diabetic[oa].{0,30}(?:no\s+contesta|sudando|confund)|me\s+pico\s.{0,30}(?:hinch|lengua|ronchas)|ronchas\s+por\s+todo)",
)
# Questions about a matter, about the past, or about what might be.
_GENERAL = re.compile(
    r"^\W*(?:que\s+(?:es|son|significa|causa|provoca)|cuales\s+son|como\s+(?:se|funciona)|por\s+que\s+(?:se|la)|cuantas\s+personas|cual\s+es)\b[^.?!;]*$"
)
_PAST = re.compile(r"\b(?:hace\s+(?:\w+\s+)?anos|en\s+(?:19|20)\d\d|de\s+nino|el\s+ano\s+pasado)\b")
_IS_SPANISH = re.compile(
    r"\b(?:me|mi|el|la|los|las|de|que|no|se|una?|con|por|para|y|estoy|tengo|es|esta|su|mis|desde|hace|quiero|puedo|dolor|hijo|hija|mi|sin|todos|mejor|fue|en|al|lo|ya|quiero|ayuda)\b"
)


def plain(text: str) -> str:
    """Take accents and capitals off, a letter for a letter, so that places stay what they are."""
    # Some letters grow when they become small, so only what they begin with is kept.
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[0] for letter in text)


def crisis(text: str) -> tuple[int, int] | None:
    """Find words of a crisis in a part of a text without accents."""
    return _found(_CRISIS, text)


def emergency(text: str) -> tuple[int, int] | None:
    """Find signs of an emergency in a part of a text without accents."""
    return _found(_EMERGENCY, text)


def _found(pattern: re.Pattern[str], text: str) -> tuple[int, int] | None:
    if not _IS_SPANISH.search(text):
        return None
    start = 0
    for part in re.split(r"(?<=[.?!;\n])", text):
        match = pattern.search(part)
        if match and not _GENERAL.search(part.strip(" ?!.;\n")) and not _PAST.search(part):
            return start + match.start(), start + match.end()
        start += len(part)
    return None
