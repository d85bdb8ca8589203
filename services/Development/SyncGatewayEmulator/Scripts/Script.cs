using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using Jint.Native.Json;

namespace OfflineActions.Emulators.Scripts;

/// <summary>A JavaScript function with limits on time and memory. Engines are pooled; each runs one call at a time.</summary>
/// <param name="source">The source of the function.</param>
/// <param name="library">Source that is evaluated first and whose functions it may call.</param>
internal sealed class Script(string source, string library = "")
{
    private readonly ConcurrentBag<PooledEngine> idle = [];

    /// <summary>Loads the function once, so that errors are reported now and not at the first call.</summary>
    /// <exception cref="InvalidOperationException">The script is not a function.</exception>
    public Script Checked()
    {
        idle.Add(Load());
        return this;
    }

    /// <summary>Calls <paramref name="use"/> with an engine that has loaded the function.</summary>
    /// <exception cref="InvalidOperationException">The script is not a function, threw, or exceeded a limit.</exception>
    public T Run<T>(Func<PooledEngine, T> use)
    {
        if (!idle.TryTake(out var engine))
        {
            engine = Load();
        }

        try
        {
            var answer = use(engine);
            idle.Add(engine);
            return answer;
        }
        catch (Exception error) when (error is JintException or TimeoutException or RegexMatchTimeoutException)
        {
            throw new InvalidOperationException(error.Message, error);
        }
    }

    private PooledEngine Load()
    {
        try
        {
            var engine = new Engine(options => options
                .TimeoutInterval(TimeSpan.FromSeconds(2))
                .LimitMemory(64_000_000)
                .LimitRecursion(200)
                .RegexTimeoutInterval(TimeSpan.FromSeconds(1)));
            engine.Execute(library);
            var function = engine.Evaluate($"({source.Trim().TrimEnd(';')})");
            return function is Jint.Native.Function.Function
                ? new(engine, function)
                : throw new InvalidOperationException("it is not a function");
        }
        catch (Exception error) when (error is JintException or TimeoutException)
        {
            throw new InvalidOperationException(error.Message, error);
        }
    }
}

/// <summary>A JavaScript engine that has loaded the function of a script.</summary>
internal sealed class PooledEngine(Engine engine, JsValue function)
{
    private readonly JsonParser json = new(engine);

    public JsValue Function => function;

    /// <summary>Calls the function of the script.</summary>
    public JsValue Call(params JsValue[] arguments) => engine.Call(function, arguments);

    /// <summary>Calls a function of the library.</summary>
    public JsValue CallNamed(string name, params JsValue[] arguments) => engine.Call(engine.GetValue(name), arguments);

    /// <summary>Converts JSON to a JavaScript value; null to <c>null</c>.</summary>
    public JsValue Parse(byte[]? document) => document is null ? JsValue.Null : json.Parse(Encoding.UTF8.GetString(document));
}
