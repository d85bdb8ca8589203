using System.Text;
using OfflineActions.Emulators.Wire;

namespace OfflineActions.Emulators.Recording;

/// <summary>An exchange that is going on.</summary>
internal sealed class OpenExchange(int number, string port, double at, HttpHead request)
{
    private readonly Lock gate = new();
    private readonly CapturedBody requestBody = new();
    private readonly CapturedBody answerBody = new();
    private readonly List<RecordedMessage> messages = [];
    private HttpHead? answer;

    public int Number => number;

    public string Method => request.Method;

    /// <summary>Completes when the head of the answer is there, with whether the connection is a websocket from now on.</summary>
    public TaskCompletionSource<bool> Upgraded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void AppendToRequest(BodyPart part)
    {
        lock (gate)
        {
            requestBody.Append(part.IsContent ? part.Bytes.Span : []);
        }
    }

    public void SetAnswer(HttpHead head)
    {
        lock (gate)
        {
            answer = head;
        }

        Upgraded.TrySetResult(head.Status == 101);
    }

    public void AppendToAnswer(BodyPart part)
    {
        lock (gate)
        {
            answerBody.Append(part.IsContent ? part.Bytes.Span : []);
        }
    }

    public void AddMessage(string from, byte[] message)
    {
        lock (gate)
        {
            messages.Add(new(from, Encoding.UTF8.GetString(message)));
        }
    }

    /// <param name="now">The time of its end, on the clock of its begin.</param>
    /// <param name="ended">How it ended.</param>
    /// <param name="mask">Masks credentials; null keeps them.</param>
    public Exchange Finish(double now, ExchangeEnd ended, CredentialMask? mask)
    {
        lock (gate)
        {
            return new(
                number,
                port,
                at,
                Math.Round(now - at, 3),
                ended,
                FinishRequest(mask),
                answer is null ? null : new(
                    answer.Status, Mask(answer, mask), Body(answerBody, answer, mask), answer.Status == 101 ? [.. messages] : null));
        }
    }

    private RecordedRequest FinishRequest(CredentialMask? mask) => new(
        request.Method, mask?.MaskTarget(request.Target) ?? request.Target, Mask(request, mask), Body(requestBody, request, mask));

    private static IReadOnlyList<HttpHeader> Mask(HttpHead head, CredentialMask? mask) =>
        [.. head.Headers.Select(header => mask?.Mask(header) ?? header)];

    private RecordedBody? Body(CapturedBody body, HttpHead head, CredentialMask? mask) => body.ToBody(
        head.Lists("Content-Encoding", "gzip"),
        content => mask is null ? content : mask.MaskBody(request.Method, request.Target, content));
}
