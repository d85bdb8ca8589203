using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace OfflineActions.Tests;

/// <summary>The sections of the configuration that programs read, found in their code: each type of options has a constant Section.</summary>
/// <param name="programs">The programs' assemblies. Those of this repository that they use are looked at, too.</param>
internal sealed class OptionSections(params IEnumerable<Assembly> programs)
{
    private const string Ours = "OfflineActions.";

    private readonly Dictionary<string, Type> sections = FindOurs(programs)
        .SelectMany(assembly => assembly.GetTypes())
        .Select(type => (Type: type, Constant: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)))
        .Where(found => found.Constant is { IsLiteral: true })
        .ToDictionary(found => (string)found.Constant!.GetRawConstantValue()!, found => found.Type);

    /// <summary>Whether a setting exists, written as an environment variable: <c>Bus__Delays__0</c>.</summary>
    public bool Has(string setting) => sections.Any(section =>
        setting.StartsWith(section.Key.Replace(":", "__", StringComparison.Ordinal) + "__", StringComparison.Ordinal)
        && section.Value.GetProperties().Any(property =>
            property.CanWrite && NameOf(property) == setting.Split("__")[section.Key.Split(':').Length]));

    private static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name;

    private static HashSet<Assembly> FindOurs(IEnumerable<Assembly> programs)
    {
        var found = new HashSet<Assembly>();
        var rest = new Stack<Assembly>(programs);
        while (rest.TryPop(out var assembly))
        {
            if (found.Add(assembly))
            {
                foreach (var used in assembly.GetReferencedAssemblies())
                {
                    if (used.Name!.StartsWith(Ours, StringComparison.Ordinal))
                    {
                        rest.Push(Assembly.Load(used));
                    }
                }
            }
        }

        return found;
    }
}
