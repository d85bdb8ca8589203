using System.Globalization;
using System.Text.RegularExpressions;

namespace OfflineActions.Dev.Profiling;

/// <summary>What the memory of a process is used for, from Linux's <c>/proc/PID/smaps</c>. Pure.</summary>
internal static partial class MemoryKinds
{
    public const string Data = "objects, native memory, stacks";
    public const string Code = "code from the JIT compiler";
    public const string Assemblies = "assemblies";
    public const string Libraries = "native libraries";

    /// <summary>The proportional memory (PSS) of each kind, in bytes: shared pages are divided by their users.</summary>
    /// <param name="lines">The lines of smaps.</param>
    public static IReadOnlyDictionary<string, long> Read(IEnumerable<string> lines)
    {
        var kinds = new Dictionary<string, long> { [Data] = 0, [Code] = 0, [Assemblies] = 0, [Libraries] = 0 };
        var kind = Data;
        foreach (var line in lines)
        {
            if (Mapping().Match(line) is { Success: true } mapping)
            {
                kind = KindOf(mapping.Groups["access"].Value, mapping.Groups["file"].Value);
            }
            else if (Proportional().Match(line) is { Success: true } size)
            {
                kinds[kind] += long.Parse(size.Groups["kib"].Value, CultureInfo.InvariantCulture) * 1024;
            }
        }

        return kinds;
    }

    private static string KindOf(string access, string file) =>
        file.Contains("doublemapper", StringComparison.Ordinal) ? Code
        : file.EndsWith(".dll", StringComparison.Ordinal) ? Assemblies
        : file.StartsWith('/') ? Libraries
        : access.Contains('x') && file.Length == 0 ? Code
        : Data;

    [GeneratedRegex(@"^[0-9a-f]+-[0-9a-f]+ (?<access>\S+) \S+ \S+ \d+\s*(?<file>.*)\z")]
    private static partial Regex Mapping();

    [GeneratedRegex(@"^Pss:\s+(?<kib>\d+) kB\z")]
    private static partial Regex Proportional();
}
