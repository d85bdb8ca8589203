using System.Text;
using System.Text.Json.Serialization;
using OfflineActions.Emulators.Wire;

namespace OfflineActions.Emulators.Recording;

/// <summary>A request with its answer: one line of a recording.</summary>
/// <param name="N">Its number, from 1, in the order in which requests began.</param>
/// <param name="Port"><c>public</c> or <c>admin</c>.</param>
/// <param name="At">When the request began, in milliseconds since the recording began.</param>
/// <param name="Ms">Milliseconds from then to the end of the answer.</param>
/// <param name="Ended">How it ended.</param>
/// <param name="Request">The request.</param>
/// <param name="Answer">The answer; null when none came.</param>
internal sealed record Exchange(
    int N, string Port, double At, double Ms, ExchangeEnd Ended, RecordedRequest Request, RecordedAnswer? Answer = null)
{
    /// <summary>The moment of the end, on the clock of <see cref="At"/>.</summary>
    [JsonIgnore]
    public double Until => At + Ms;
}

/// <summary>How an exchange ended.</summary>
internal enum ExchangeEnd
{
    /// <summary>With its answer.</summary>
    Complete,

    /// <summary>The client closed its connection first, as it does to end a feed.</summary>
    Client,

    /// <summary>The server closed its connection first.</summary>
    Server,

    /// <summary>The recorder was stopped first.</summary>
    Recorder,
}

/// <param name="Method">The method.</param>
/// <param name="Target">Path and query as they were sent.</param>
/// <param name="Headers">The headers in their order.</param>
/// <param name="Body">The body; null without one.</param>
internal sealed record RecordedRequest(string Method, string Target, IReadOnlyList<HttpHeader> Headers, RecordedBody? Body = null);

/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The headers in their order.</param>
/// <param name="Body">The body; null without one.</param>
/// <param name="Messages">The messages of a websocket; null when the answer is none.</param>
internal sealed record RecordedAnswer(
    int Status, IReadOnlyList<HttpHeader> Headers, RecordedBody? Body = null, IReadOnlyList<RecordedMessage>? Messages = null)
{
    public string? Find(string name) => Headers.FirstOrDefault(header => header.Is(name))?.Value;
}

/// <summary>A message of a websocket.</summary>
/// <param name="From"><c>client</c> or <c>server</c>.</param>
/// <param name="Text">The message.</param>
internal sealed record RecordedMessage(string From, string Text);

/// <summary>The content of a body: text when it is UTF-8, else base64, else only its length.</summary>
/// <param name="Text">The content, when it is UTF-8.</param>
/// <param name="Base64">The content, when it is not.</param>
/// <param name="Gzip">Whether it was sent packed; the content here is not.</param>
/// <param name="LeftOut">The length in bytes of a body that was left out: it is long, or may hold a password that cannot be masked.</param>
internal sealed record RecordedBody(
    string? Text = null,
    string? Base64 = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Gzip = false,
    long? LeftOut = null)
{
    /// <summary>The content, as it was before it was packed.</summary>
    /// <exception cref="FormatException">The base64 is invalid.</exception>
    [JsonIgnore]
    public byte[] Content => Text is not null ? Encoding.UTF8.GetBytes(Text) : Convert.FromBase64String(Base64 ?? "");
}
