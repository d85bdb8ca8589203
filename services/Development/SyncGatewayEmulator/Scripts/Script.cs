using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using Jint.Native.Json;

namespace OfflineActions.Emulators.Scripts;

/// <summary>One JavaScript function with bounds on time and memory. Engines are kept and engine, one call at a time each.</summary>
/// <param name="source">The function's source.</param>
/// <param name="library">What it may call, evaluated first.</param>
internal sealed class Script(string source, string library = "")
{
    private readonly ConcurrentBag<PooledEngine> idle = [];

    /// <summary>Loads it once, so that a mistake shows when it is set and not when it is needed.</summary>
    /// <exception cref="InvalidOperationException">It is no function.</exception>
    public Script Checked()
    {
        idle.Add(Load());
        return this;
    }

    /// <summary>Lends the loaded function to <paramref name="use"/>.</summary>
    /// <exception cref="InvalidOperationException">The script is no function, threw, or took more than it may.</exception>
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

/// <summary>An engine with a script's function in it, for the length of one call.</summary>
internal sealed class PooledEngine(Engine engine, JsValue function)
{
    private readonly JsonParser json = new(engine);

    public JsValue Function => function;

    /// <summary>Calls the script's function.</summary>
    public JsValue Call(params JsValue[] arguments) => engine.Call(function, arguments);

    /// <summary>Calls a function of the script's library.</summary>
    public JsValue CallNamed(string name, params JsValue[] arguments) => engine.Call(engine.GetValue(name), arguments);

    /// <summary>JSON as a value; null as <c>null</c>.</summary>
    public JsValue Parse(byte[]? document) => document is null ? JsValue.Null : json.Parse(Encoding.UTF8.GetString(document));
}
