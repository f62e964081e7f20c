"""What a language model wrote as text: each sentence with the passages that it cites, or marked as unsupported."""

from rich.text import Text

from api.bodies.generated import GeneratedBody, WrittenSentenceBody


def lines(generated: GeneratedBody) -> list[Text]:
    """A heading, a line a sentence, and what went wrong."""
    heading = f"Written by {generated.model}, and checked"
    shown = [Text(heading, style="underline"), *map(_sentence, generated.sentences)]
    if generated.problem:
        shown.append(Text(f"{generated.status.replace('_', ' ')}: {generated.problem}", style="yellow"))
    return shown


def _sentence(sentence: WrittenSentenceBody) -> Text:
    marks = "".join(f"[{number}]" for number in sentence.cites)
    if sentence.status == "supported":
        return Text(f"{sentence.text} {marks}")
    return (
        Text("unsupported: ", style="bold yellow")
        .append(f"{sentence.text} {marks}".strip(), style="dim")
        .append(f" ({sentence.why})", style="yellow")
    )
