using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Scripts;

/// <summary>JavaScript engines with the functions that Sync Gateway 3.1 gives to filters and sync functions.</summary>
internal static partial class OttoEngine
{
    private static readonly Lazy<Prepared<Acornima.Ast.Script>> Otto = new(() => Prepare("otto"));
    private static readonly Lazy<Prepared<Acornima.Ast.Script>> Underscore = new(() => Prepare("underscore"));
    private static readonly Lazy<Prepared<Acornima.Ast.Script>> Sync = new(() => Prepare("sync"));

    /// <param name="write">Takes what the script writes to the log: <c>log</c> or <c>error</c>, and a text.</param>
    /// <param name="source">The script. Underscore is only loaded for one that mentions it, because that takes a while.</param>
    /// <param name="isSync">Whether the script is a sync function.</param>
    /// <param name="sync">The function that calls a sync function: with the document, the old document and the user.</param>
    public static Engine Create(Action<string, string> write, string source, bool isSync, out JsValue sync)
    {
        var limit = new TimeLimit();
        var engine = new Engine(options => options
            .Constraint(limit)
            .LimitMemory(64_000_000)
            .LimitRecursion(200)
            .RegexTimeoutInterval(TimeSpan.FromSeconds(1)));
        Invoke(
            engine,
            Otto,
            JsValue.FromObject(engine, write),
            JsValue.FromObject(engine, (string pattern, string flags) => Translated(pattern, flags)),
            JsValue.FromObject(engine, new Func<string, string[]>(Checked)),
            JsValue.FromObject(engine, new Func<string, string>(Canonical)));
        if (UsesUnderscore().IsMatch(source))
        {
            Invoke(engine, Underscore);
        }

        sync = isSync ? Invoke(engine, Sync) : JsValue.Undefined;
        limit.Start();
        return engine;
    }

    /// <summary>Calls the function in a resource with the global object and other values.</summary>
    private static JsValue Invoke(Engine engine, Lazy<Prepared<Acornima.Ast.Script>> script, params JsValue[] more) =>
        engine.Call(engine.Evaluate(script.Value), [engine.Global, .. more]);

    /// <returns>A pattern and its flags; or the kind of an error and its reason.</returns>
    private static string[] Translated(string pattern, string flags)
    {
        try
        {
            var (translated, used) = Re2.Translate(pattern, flags);
            return [translated, used];
        }
        catch (Re2Exception error)
        {
            return [error.IsSyntaxOfGo ? "SyntaxError" : "TypeError", "Invalid regular expression: " + error.Message, ""];
        }
    }

    /// <returns>A script as it is run; or nothing, and why otto refuses it.</returns>
    private static string[] Checked(string source)
    {
        try
        {
            return [Es5.Checked(source)];
        }
        catch (InvalidOperationException error)
        {
            return ["", error.Message.Replace("SyntaxError: ", "", StringComparison.Ordinal)];
        }
    }

    private static string Canonical(string json)
    {
        var source = Encoding.UTF8.GetBytes(json);
        var reader = CanonicalJson.Read(source);
        reader.Read();
        var output = new Utf8Buffer(source.Length);
        CanonicalJson.WriteValue(ref reader, source, output);
        return Encoding.UTF8.GetString(output.Written);
    }

    private static Prepared<Acornima.Ast.Script> Prepare(string name)
    {
        using var reader = new StreamReader(typeof(OttoEngine).Assembly.GetManifestResourceStream($"{name}.js")!);
        return Engine.PrepareScript(reader.ReadToEnd(), $"{name}.js");
    }

    /// <summary>The time for one call. It does not count while the engine is set up.</summary>
    private sealed class TimeLimit : Constraint
    {
        private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

        private long began;
        private bool counts;

        public void Start() => counts = true;

        public override void Reset() => began = Stopwatch.GetTimestamp();

        public override void Check()
        {
            if (counts && Stopwatch.GetElapsedTime(began) > Longest)
            {
                throw new TimeoutException("javascript function timed out");
            }
        }
    }

    [GeneratedRegex(@"(?<![\w$])_(?![\w$])")]
    private static partial Regex UsesUnderscore();
}
