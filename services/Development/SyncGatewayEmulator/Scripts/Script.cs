using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Jint;

namespace OfflineActions.Emulators.Scripts;

/// <summary>One JavaScript function with bounds on time and memory. Engines are kept and lent, one call at a time each.</summary>
/// <param name="source">The function's source.</param>
/// <param name="library">What it may call, evaluated first.</param>
internal sealed class Script(string source, string library = "")
{
    private readonly ConcurrentBag<LentEngine> idle = [];

    /// <summary>Loads it once, so that a mistake shows when it is set and not when it is needed.</summary>
    /// <exception cref="InvalidOperationException">It is no function.</exception>
    public Script Checked()
    {
        idle.Add(Load());
        return this;
    }

    /// <summary>Lends the loaded function to <paramref name="use"/>.</summary>
    /// <exception cref="InvalidOperationException">The script is no function, threw, or took more than it may.</exception>
    public T Run<T>(Func<LentEngine, T> use)
    {
        if (!idle.TryTake(out var lent))
        {
            lent = Load();
        }

        try
        {
            var answer = use(lent);
            idle.Add(lent);
            return answer;
        }
        catch (Exception error) when (error is JintException or TimeoutException or RegexMatchTimeoutException)
        {
            throw new InvalidOperationException(error.Message, error);
        }
    }

    private LentEngine Load()
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
