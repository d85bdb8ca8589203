using System.Reflection;

namespace OfflineActions.Tests.Messaging;

/// <summary>A large interface of a library, of which a test needs some methods. Any other method does nothing.</summary>
public class Fake : DispatchProxy
{
    private readonly Dictionary<string, Func<object?[], object?>> answers = new(StringComparer.Ordinal);

    /// <summary>Creates one.</summary>
    /// <param name="methods">The methods that do something, and what.</param>
    public static T Create<T>(params (string Name, Func<object?[], object?> Answer)[] methods)
        where T : class
    {
        var fake = Create<T, Fake>();
        foreach (var (name, answer) in methods)
        {
            ((Fake)(object)fake).answers[name] = answer;
        }

        return fake;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        answers.TryGetValue(targetMethod!.Name, out var answer) ? answer(args ?? [])
        : targetMethod.ReturnType == typeof(Task) ? Task.CompletedTask
        : targetMethod.ReturnType is { IsValueType: true } type && type != typeof(void) ? Activator.CreateInstance(type)
        : null;
}
