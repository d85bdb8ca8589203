using Jint;
using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Webhooks;

/// <summary>The JavaScript that decides whether a change is posted.</summary>
internal sealed class WebhookFilter(string source)
{
    private static readonly string[] Yes = ["1", "t", "T", "true", "TRUE", "True"];
    private static readonly string[] No = ["0", "f", "F", "false", "FALSE", "False"];

    private readonly Script script = new(source);

    /// <summary>Whether to post; what is neither a boolean nor the text of one is an error, and so not posted.</summary>
    /// <exception cref="InvalidOperationException">The script is no function, threw, took too long, or answered something else.</exception>
    public bool Admits(byte[] payload, byte[]? old) => script.Run(lent =>
    {
        var answer = lent.Call(lent.Parse(payload), lent.Parse(old));
        return answer.IsBoolean() ? answer.AsBoolean()
            : answer.IsString() && Yes.Contains(answer.AsString()) ? true
            : answer.IsString() && No.Contains(answer.AsString()) ? false
            : throw new InvalidOperationException($"the filter answered neither true nor false but {answer.Type}");
    });
}
