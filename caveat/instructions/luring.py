"""What no page asks of its reader: secrets, money, or to go elsewhere. Pure."""

from caveat.instructions.sought import Index, sought

# Asking the reader for secrets or money, or to go somewhere.
LURES = Index(
    sought(
        "your",
        r"(?:paste|enter|type|confirm|send|share|submit|give|tell|provide|email)(?: \w+){0,3}? your (?:\w+ )?(?:password|session token|card number|credit card|bank details|bank account|login|pin code|api key|cookies?|medical records|records|social security number|ssn|patient record)\b"
        r"|your (?:password|session token|api key|login details) (?:is|are) needed",
        "password session card credit bank login pin api cookie cookies medical records record social ssn patient",
    ),
    sought(
        "click code selected won off limited scan forward money while shop write",
        r"click (?:allow|accept|ok)\b|(?:quote|discount|promo|coupon|voucher|referral) code\b|you (?:have been|were|are) selected (?:for|to)\b|you(?:'ve| have) won\b"
        r"|\d{1,2} ?% off\b|limited(?: time)? offer\b|scan (?:this|the) qr\b|forward this (?:message|page|mail)\b|money[- ]back\b|while stocks? lasts?\b|our (?:online )?shop\b|write to me at\b",
    ),
    sought(
        "buy order purchase shop subscribe download",
        r"(?:buy|order|purchase|shop|subscribe|download)(?: \w+){0,4}? (?:now|today|here|online|from our|from us|at \S+ dot|at www)\b(?! (?:is|are|can)\b)",
    ),
    sought(
        "telegram whatsapp facebook instagram signal log login install",
        r"(?:join|message|contact|add|text)(?: \w+){1,4} on (?:telegram|whatsapp|facebook|instagram|signal)\b|log ?in (?:at|here|with your|to see)\b"
        r"|install (?:the|our|this) (?:app|extension|plugin)\b",
    ),
    sought(
        "tap press swipe click claim",
        r"(?:tap|press|swipe|click) (?:here|below|this|the (?:link|button)) to (?:claim|win|get|buy|order|unlock|pay|verify|confirm|log|sign|receive)\b|claim (?:your|the|a) (?:free|prize|reward|gift|bonus)\b",
    ),
    sought(
        "code dm channel newsletter page list group number name address password birthday date insurance",
        r"(?:use|enter|apply) (?:the |our |my )?code \w+(?: \w+){0,3} (?:when|to|for|at)\b|dm (?:me|us)\b|(?:subscribe to|follow|join) (?:our|my|this) (?:channel|newsletter|page|list|group)\b"
        r"|(?:reply|answer|write back) with your (?:\w+ )?(?:number|name|address|password|birthday|date of birth|insurance \w+)\b",
    ),
    sought(
        "telegram whatsapp signal discord",
        r"(?:message|contact|text|reach|write) (?:me|us|him|her|them) (?:on|via|over) (?:telegram|whatsapp|signal|discord)\b",
    ),
    sought(
        "donate download",
        r"donate (?:now|today|here|at our|to (?:us|our))\b|download (?:this|the|our) (?:file|app|attachment|tool)\b",
    ),
    sought(
        "sponsored brought advertisement shipping guaranteed hurry act exclusive special price sale offer stock",
        r"sponsored (?:content|message|post|link)\b|(?:answer|page|message|reply|text) (?:is|was) (?:sponsored|paid for) by\b|sponsored:|brought to you by\b|advertisement:|free (?:shipping|delivery)\b|satisfaction guaranteed\b|hurry[,!:]|act now\b"
        r"|(?:exclusive|special) (?:offer|deal|discount|price)s?\b|(?:best|lowest|half) price\b|now on sale\b|while (?:supplies|stock) lasts?\b|only \d+ left\b",
    ),
    sought(
        "rate stars star like share forward friends",
        r"rate (?:us|me|this (?:answer|page|reply|app)|our \w+)\b|(?:five|5)[- ]stars? (?:rating|review)s?\b|(?:five|5) stars\b|like and (?:share|subscribe)\b|(?:forward|send|share) (?:this|it) (?:to|with) (?:\w+ )?(?:friends|contacts|everyone)\b",
    ),
    sought(
        "bitcoin crypto paypal gift wire venmo",
        r"(?:pay|send|donate|transfer)(?: \w+){0,4} (?:in|by|via|through|with|to our|to my) (?:bitcoin|crypto\w*|paypal|gift cards?|wire|venmo)\b|(?:bitcoin|crypto) (?:wallet|address)\b",
    ),
    sought(
        "account computer device browser session",
        r"your (?:account|computer|device|browser|session|subscription) (?:has been|is|was|has|will be) (?:locked|hacked|infected|suspended|expired|blocked|compromised|closed|limited)\b",
    ),
    sought(
        "visit call contact our prescription",
        r"(?:visit|call|contact|see|try|check out) our (?:website|web ?site|store|shop|online \w+|page|sales \w+|hotline|partner\w*|sponsor\w*)\b|no prescription (?:is )?(?:needed|required|necessary)\b",
    ),
    sought(
        "open run press type paste terminal console browser",
        r"(?:open|run|type|paste|enter) (?:this|the|a|it|your)?(?: \w+){0,3} ?(?:in|into|on) (?:the |your |a )?(?:terminal|console|command line|address bar|browser)\b|press (?:ctrl|f12|alt)\b",
    ),
    sought(
        "sign register create upgrade unlock partner sell ship guarantee",
        r"(?:sign up|register) (?:now|here|today|for our|on our|with us)\b|create an account\b|upgrade (?:now\b|to (?:premium|pro)\b)|unlock (?:the (?:full|rest)|more|all)\b"
        r"|our partner (?:clinic|pharmacy|shop|store|doctor)s?\b|we (?:sell|ship|guarantee)\b",
    ),
    sought("scan", r"scan (?:this|the|our)(?: \w+)? code\b"),
)
