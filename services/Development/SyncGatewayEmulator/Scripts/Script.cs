using System.Collections.Concurrent;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace OfflineActions.Emulators.Scripts;

/// <summary>
/// A JavaScript function, in a language like otto's and with limits on time and memory. Engines are pooled; each runs one call at a time.
/// </summary>
/// <param name="source">The source of the function.</param>
/// <param name="use">What the function is for.</param>
/// <param name="log">Where the function writes to.</param>
internal sealed class Script(string source, ScriptUse use, ILogger log)
{
    private readonly ConcurrentBag<PooledEngine> idle = [];

    /// <summary>Loads the function once, so that errors are reported now and not at the first call.</summary>
    /// <exception cref="InvalidOperationException">The script is not a function.</exception>
    public Script Checked()
    {
        idle.Add(Load());
        return this;
    }

    /// <summary>Calls <paramref name="call"/> with an engine that has loaded the function.</summary>
    /// <exception cref="InvalidOperationException">The script is not a function, threw, or exceeded a limit.</exception>
    public T Run<T>(Func<PooledEngine, T> call)
    {
        if (!idle.TryTake(out var engine))
        {
            engine = Load();
        }

        try
        {
            var answer = call(engine);
            idle.Add(engine);
            return answer;
        }
        catch (Exception error) when (error is not InvalidOperationException)
        {
            // The engine's own exceptions are of many types, and what a script does to provoke one is never an error of the emulator.
            throw Failed(error);
        }
    }

    private PooledEngine Load()
    {
        try
        {
            var engine = OttoEngine.Create(Write, source, use == ScriptUse.SyncFunction, out var sync);

            // A filter is an expression. A sync function is assigned to a variable, so that a semicolon may follow it.
            var function = engine.Evaluate(Es5.Checked(
                use == ScriptUse.Filter ? $"({source})" : $"(function () {{ var $sync = {source}\n; return $sync; }})()"));
            return function is Jint.Native.Function.Function
                ? new(engine, function, use == ScriptUse.SyncFunction ? sync : function)
                : throw new InvalidOperationException("JavaScript source does not evaluate to a function");
        }
        catch (Exception error) when (error is not InvalidOperationException)
        {
            throw Failed(error);
        }
    }

    private void Write(string level, string text)
    {
        if (level == "error")
        {
            log.ScriptError(use, text);
        }
        else
        {
            log.ScriptOutput(use, text);
        }
    }

    private static InvalidOperationException Failed(Exception error) =>
        new(error is JavaScriptException { Error: var thrown } ? TextOf(thrown) : error.Message, error);

    /// <summary>The text of what a script threw. Its conversion runs the script again, and may fail in all the same ways.</summary>
    private static string TextOf(JsValue thrown)
    {
        try
        {
            return TypeConverter.ToString(thrown);
        }
        catch (Exception error)
        {
            return error is JavaScriptException ? "an exception that cannot be converted to a text" : error.Message;
        }
    }
}

/// <summary>What a script is for.</summary>
internal enum ScriptUse
{
    /// <summary>It decides which webhooks are sent.</summary>
    Filter,

    /// <summary>It decides on writes and assigns channels.</summary>
    SyncFunction,
}

/// <summary>A JavaScript engine that has loaded the function of a script.</summary>
/// <param name="engine">The engine.</param>
/// <param name="function">The function of the script.</param>
/// <param name="entry">The function that calls it.</param>
internal sealed class PooledEngine(Engine engine, JsValue function, JsValue entry)
{
    public JsValue Function => function;

    /// <summary>Calls the function that calls the one of the script.</summary>
    public JsValue Call(params JsValue[] arguments) => engine.Call(entry, function, arguments);

    /// <summary>Converts JSON to the value that a function sees; null to <c>null</c>.</summary>
    /// <param name="document">The JSON.</param>
    /// <param name="exact">Whether integers that a double cannot hold become texts.</param>
    public JsValue Parse(byte[]? document, bool exact = false) =>
        document is null ? JsValue.Null : new OttoValues(engine, exact).Read(document);
}
