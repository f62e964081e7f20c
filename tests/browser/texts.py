"""The documents that the page is tried on, beside the seed article."""

import hashlib

TRAVELS = (
    "👩‍🚀 Notes of a journey 🏴󠁧󠁢󠁳󠁣󠁴󠁿 𝒲ritten down.\n\n漢字で書かれた文章です。今日は天気がとても良い。\n\n"
    "שלום לכולם, זה מסמך קצר. هذه جملة عربية قصيرة عن السفر.\r\n\r\n"
    "The observatory of Köln was founded by Wilhelmina Struß in 1847 🔭 on a hill. It burnt down soon after 🔥.\n\n"
    "تأسست مكتبة القاهرة في عام ١٨٧٠ على يد علي مبارك.\n"
)
OBSERVATORY = "The observatory of Köln was founded by Wilhelmina Struß in 1847 🔭 on a hill."
HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>\n\n"
    "The <b>harbour master</b> of Skerry <script>window.hacked = 3</script> was called "
    '<img src=/page/none onerror="window.hacked = 4"> Ingrid & Søn.\n\n'
    "</p></article><svg onload=window.hacked=5> javascript:alert(1) {{7*7}}\n"
)
LINE_LENGTH = 5_000_000
KEEPER = "The lighthouse keeper of Muckle Flugga was paid ninety crowns a year."


def endless_line() -> str:
    """Five million characters in one line, of words so long that each is one token, and a sentence amid them."""
    letters = hashlib.shake_256(b"page").hexdigest(LINE_LENGTH // 2)
    words = [letters[at : at + 1900] for at in range(0, LINE_LENGTH, 1900)]
    words.insert(len(words) // 2, f"<img src=x onerror=window.hacked=6>. {KEEPER} And")
    return " ".join(words)[: LINE_LENGTH - 1] + "."
