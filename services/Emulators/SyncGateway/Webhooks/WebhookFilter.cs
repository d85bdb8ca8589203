using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using Jint.Native.Json;

namespace Emulators.SyncGateway.Webhooks;

/// <summary>The JavaScript that decides whether a change is posted. Engines are kept and lent, one call at a time each.</summary>
internal sealed class WebhookFilter(string source)
{
    private static readonly string[] Yes = ["1", "t", "T", "true", "TRUE", "True"];

    private readonly ConcurrentBag<Lent> idle = [];

    /// <summary>Whether to post; what is neither a boolean nor the text of one is an error, and so not posted.</summary>
    /// <exception cref="InvalidOperationException">The script is no function, threw, took too long, or answered something else.</exception>
    public bool Admits(byte[] payload, byte[]? old)
    {
        if (!idle.TryTake(out var lent))
        {
            lent = Load();
        }

        try
        {
            var answer = lent.Engine.Invoke(lent.Function, lent.Parse(payload), old is null ? JsValue.Null : lent.Parse(old));
            var admitted = answer.IsBoolean() ? answer.AsBoolean()
                : answer.IsString() ? Yes.Contains(answer.AsString())
                : throw new InvalidOperationException($"the filter answered neither true nor false but {answer.Type}");
            idle.Add(lent);
            return admitted;
        }
        catch (Exception error) when (error is JintException or TimeoutException or RegexMatchTimeoutException)
        {
            throw new InvalidOperationException(error.Message, error);
        }
    }

    private Lent Load()
    {
        try
        {
            var engine = new Engine(options => options
                .TimeoutInterval(TimeSpan.FromSeconds(2))
                .LimitMemory(64_000_000)
                .LimitRecursion(200)
                .RegexTimeoutInterval(TimeSpan.FromSeconds(1)));
            var function = engine.Evaluate($"({source.Trim().TrimEnd(';')})");
            return function is Jint.Native.Function.Function
                ? new(engine, function)
                : throw new InvalidOperationException("the filter is not a function");
        }
        catch (Exception error) when (error is JintException or TimeoutException)
        {
            throw new InvalidOperationException(error.Message, error);
        }
    }

    private sealed class Lent(Engine engine, JsValue function)
    {
        private readonly JsonParser json = new(engine);

        public Engine Engine { get; } = engine;

        public JsValue Function { get; } = function;

        public JsValue Parse(byte[] document) => json.Parse(Encoding.UTF8.GetString(document));
    }
}
