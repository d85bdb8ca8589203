using System.Text.Json;
using OfflineActions.Emulators.Recording;

namespace OfflineActions.Emulators.Replay;

/// <summary>How many rows of a feed were recorded before its client ended it.</summary>
/// <param name="Number">Lines that are not empty, or rows in the messages of a websocket; null when the server ended the answer.</param>
internal readonly record struct FeedRows(int? Number)
{
    public static FeedRows Of(Exchange exchange) => exchange switch
    {
        { Ended: ExchangeEnd.Complete or ExchangeEnd.Server } => new(null),
        { Answer.Messages: { } messages } => new(Count(messages)),
        { Answer.Body.Text: { } text } => new(text.Split('\n')[..^1].Count(line => line.Trim('\r').Length > 0)),
        _ => new(0),
    };

    /// <summary>The rows in the server's messages, each of which is an array of them; another message is one row.</summary>
    public static int Count(IEnumerable<RecordedMessage> messages) =>
        messages.Where(message => message.From == "server").Sum(message => Split(message.Text).Count);

    /// <summary>The rows of a message as texts.</summary>
    public static IReadOnlyList<string> Split(string message)
    {
        try
        {
            using var json = JsonDocument.Parse(message.Length == 0 ? "[]" : message);
            return json.RootElement.ValueKind is JsonValueKind.Array
                ? [.. json.RootElement.EnumerateArray().Select(row => row.GetRawText())]
                : [message];
        }
        catch (JsonException)
        {
            return [message];
        }
    }

    /// <summary>Whether the client may go now. It stays to the end of an answer that the server ended.</summary>
    public bool AreThere(int number) => number >= Number;
}
