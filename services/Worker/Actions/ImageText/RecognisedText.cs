using System.Text.Json.Nodes;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>The text of a picture.</summary>
/// <param name="Width">The width of the upright picture, in pixels.</param>
/// <param name="Height">Its height, in pixels.</param>
/// <param name="Content">Its lines, with an empty line between paragraphs.</param>
/// <param name="Lines">Its lines, from the top.</param>
internal sealed record RecognisedText(int Width, int Height, string Content, IReadOnlyList<TextLine> Lines);

/// <summary>One line of text.</summary>
/// <param name="Text">Its words, with a space between them.</param>
/// <param name="Left">From the left edge of the upright picture, in pixels.</param>
/// <param name="Top">From its top edge, in pixels.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Confidence">The mean of its words, from 0 to 100.</param>
internal sealed record TextLine(string Text, int Left, int Top, int Width, int Height, double Confidence)
{
    /// <summary>The line as it is in the document.</summary>
    public JsonObject ToJson() => new()
    {
        ["text"] = Text,
        ["box"] = new JsonObject { ["left"] = Left, ["top"] = Top, ["width"] = Width, ["height"] = Height },
        ["confidence"] = Confidence,
    };
}
