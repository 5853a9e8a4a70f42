"""Texts on which every artifact is tried: many scripts, and what tokenizers stumble over.

Their encodings are part of an artifact's manifest, so a text is never changed or taken away once released: a new
set gets a new name beside this one.
"""

from __future__ import annotations

WRITTEN = (
    "The quick brown fox jumps over the lazy dog, and doesn't look back.",
    "It's 7 o'clock; they'll say we've won 1,234,567.89 points (that's 3.5 %)!",
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.",
    "Dès Noël, où un zéphyr haï me vêt de glaçons würmiens, je dîne d'exquis rôtis de bœuf.",
    "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia. ¿De verdad? ¡Sí!",
    "Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "Pchnąć w tę łódź jeża lub ośm skrzyń fig.",
    "Törkylempijävongahdus on pitkä sana.",
    "Pijamalı hasta yağız şoföre çabucak güvendi; İstanbul ve ISPARTA.",
    "Tiếng Việt có sáu thanh điệu, và chữ viết dùng nhiều dấu.",
    "Съешь ещё этих мягких французских булок, да выпей чаю.",
    "Ґанок, їжак і щастя: українська абетка.",
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Ὁ λόγος ἦν πρὸς τὸν θεόν.",
    "Հայերենը հնդեվրոպական լեզու է։",
    "ქართული ენა და მისი ანბანი.",
    "עברית נכתבת מימין לשמאל, וְלִפְעָמִים בְּנִקּוּד.",
    "اللغة العربية تُكتب من اليمين إلى اليسار، والأرقام ١٢٣.",
    "می‌خواهم کتاب‌ها را بخوانم.",
    "اردو نستعلیق میں لکھی جاتی ہے۔",
    "ܠܫܢܐ ܣܘܪܝܝܐ",
    "हिन्दी में लिखा हुआ एक छोटा वाक्य, क्षत्रिय और ज्ञान।",
    "বাংলা ভাষায় একটি ছোট বাক্য।",
    "ਪੰਜਾਬੀ ਵਿੱਚ ਇੱਕ ਵਾਕ।",
    "ગુજરાતીમાં એક વાક્ય.",
    "தமிழில் ஒரு சிறிய வாக்கியம்.",
    "తెలుగులో ఒక చిన్న వాక్యం.",
    "ಕನ್ನಡದಲ್ಲಿ ಒಂದು ವಾಕ್ಯ.",
    "മലയാളത്തിൽ ഒരു വാക്യം.",
    "සිංහලෙන් කුඩා වාක්‍යයක්.",
    "ภาษาไทยเขียนติดกันโดยไม่เว้นวรรคระหว่างคำ",
    "ພາສາລາວກໍ່ຂຽນຕິດກັນ",
    "မြန်မာစာကို ကွက်လပ်မပါဘဲ ရေးသည်။",
    "ភាសាខ្មែរសរសេរជាប់គ្នា។",
    "བོད་ཡིག་གི་ཚེག་བར།",
    "አማርኛ በግዕዝ ፊደል ይጻፋል።",
    "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ",
    "ᐃᓄᒃᑎᑐᑦ ᖃᓂᐅᔮᖅᐸᐃᑦ",
    "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ",
    "天地玄黄，宇宙洪荒。我们在2024年学习分词。",
    "漢字仮名交じり文は、ひらがなとカタカナを使う。ﾊﾝｶｸもある。",
    "다람쥐 헌 쳇바퀴에 타고파. 한국어는 띄어쓰기를 한다.",
    "𐌰𐌱𐌲 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𒀀𒀁 𠀀𠮷",
)
"""Sentences, one for each script or spelling."""

CODE = (
    'def f(x: int) -> str:\n    return f"{x!r:>8}"  # comment\n\n\nclass A:\n\tpass\n',
    "for (int i = 0; i < n; ++i) { a[i] ^= 0xFF; }\r\n",
    "https://example.org/a_b/c-d?e=f&g=%20#h user.name+tag@example.co.uk",
    '<p class="x">&amp;&#39;</p> {"key": [1, 2.5e-3, null]} $x^2$ \\alpha C:\\temp',
    "snake_case camelCase SCREAMING_CASE kebab-case v1.2.3-rc4 #hashtag @name",
)
"""Programs, markup, addresses."""

EMOJI = (
    "😀 😃😄 ❤️ ❤ ☎️ 1️⃣",
    "👩‍👩‍👧‍👦 👩🏽‍🚀 🏴‍☠️ 🏳️‍🌈",
    "🇫🇮🇩🇪🇯🇵 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "a😀b 👍🏿c",
)
"""Emoji: joined, with skin tones, flags, variation selectors."""

UNICODE = (
    "e\u0301 é a\u0308\u0304 ǟ \u0301alone",
    "q\u0307\u0323 q\u0323\u0307 Å Å Å",
    "ﬁ ﬂ ½ ² Ⅷ ℃ ﷺ ｆｕｌｌ　ｗｉｄｔｈ",
    "İi̇ ıI ß ẞ Ǆ ǅ ς Σ",
    "zero\u200bwidth\u200cnon\u200djoin\u2060er\ufeff",
    "\u202eright to left\u202c \u2066isolated\u2069 \u061c",
    "Z\u0351\u036b\u0343a\u0328\u030bl\u0334\u0321g\u0350o\u0321",
    "각 각 가\u11a8",
    "\ufffd \ufffe \uffff \ue000 \U000e0001 \U0010ffff",
    "▁ Ġ Ċ ## ##a </w> Ã© âĢ",
)
"""Combining marks, ligatures, joiners, directions, non-characters, and the signs that tokenizers use themselves."""

SPACES = (
    "",
    " ",
    "  ",
    "\n",
    "\t",
    " a",
    "a ",
    " a ",
    "a  b   c    d",
    "a\n\nb\r\nc\rd\n",
    "\n \n\t \n a",
    "a\u00a0b\u2003c\u3000d\u1680e\u2028f\u2029g\u0085h\u180ei",
    "a\x0bb\x0cc\x1cd\x1fe",
)
"""White space of every kind, at every place."""

CONTROL = (
    "\x00",
    "a\x00b \x00\x00 c\x00",
    "\x01\x02\x07\x08\x1b[31mred\x1b[0m\x7f\x80\x9f",
    "soft\u00adhyphen",
)
"""NULs and other control characters."""

RUNS = (
    "a" * 500,
    " " * 300,
    "\n" * 200,
    "ab" * 250,
    "=" * 128 + "-" * 64,
    "1234567890" * 30,
    "的" * 200,
    "e\u0301" * 100,
    "😀" * 100,
    "\x00" * 64,
    "nospaces" * 40 + " end",
)
"""Long runs."""

PROBES = WRITTEN + CODE + EMOJI + UNICODE + SPACES + CONTROL + RUNS
"""All of them."""
