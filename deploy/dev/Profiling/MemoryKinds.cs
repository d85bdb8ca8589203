using System.Globalization;
using System.Text.RegularExpressions;

namespace OfflineActions.Dev.Profiling;

/// <summary>What the memory of a .NET process is used for, from Linux's <c>/proc/PID/smaps</c>. Pure.</summary>
internal static partial class MemoryKinds
{
    public const string Objects = "objects (the garbage collector's heap)";
    public const string Native = "native memory, stacks";
    public const string Code = "code from the JIT compiler";
    public const string Assemblies = "assemblies";
    public const string Libraries = "native libraries";

    /// <summary>The garbage collector reserves far more addresses than anything else in the process: twice the machine's memory.</summary>
    private const long Reserved = 1L << 30;

    /// <summary>The proportional memory (PSS) of each kind, in bytes: shared pages are divided by their users.</summary>
    /// <param name="lines">The lines of smaps.</param>
    public static IReadOnlyDictionary<string, long> Read(IEnumerable<string> lines)
    {
        var kinds = new Dictionary<string, long> { [Objects] = 0, [Native] = 0, [Code] = 0, [Assemblies] = 0, [Libraries] = 0 };
        // Native memory since the last gap between addresses. If a huge reservation follows without a gap, it was objects.
        var (adjacent, end) = (0L, 0L);
        var kind = Native;
        foreach (var line in lines)
        {
            if (Mapping().Match(line) is { Success: true } mapping)
            {
                var (from, to) = (Address(mapping, "from"), Address(mapping, "to"));
                kind = KindOf(mapping.Groups["access"].Value, mapping.Groups["file"].Value);
                if (from != end || kind != Native)
                {
                    adjacent = 0;
                }
                else if (to - from >= Reserved)
                {
                    kinds[Native] -= adjacent;
                    kinds[Objects] += adjacent;
                    adjacent = 0;
                }

                end = to;
            }
            else if (Proportional().Match(line) is { Success: true } size)
            {
                var bytes = long.Parse(size.Groups["kib"].Value, CultureInfo.InvariantCulture) * 1024;
                kinds[kind] += bytes;
                adjacent += kind == Native ? bytes : 0;
            }
        }

        return kinds;
    }

    private static long Address(Match mapping, string group) =>
        long.Parse(mapping.Groups[group].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string KindOf(string access, string file) =>
        file.Contains("doublemapper", StringComparison.Ordinal) ? Code
        : file.EndsWith(".dll", StringComparison.Ordinal) ? Assemblies
        : file.StartsWith('/') ? Libraries
        : access.Contains('x') && file.Length == 0 ? Code
        : Native;

    [GeneratedRegex(@"^(?<from>[0-9a-f]+)-(?<to>[0-9a-f]+) (?<access>\S+) \S+ \S+ \d+\s*(?<file>.*)\z")]
    private static partial Regex Mapping();

    [GeneratedRegex(@"^Pss:\s+(?<kib>\d+) kB\z")]
    private static partial Regex Proportional();
}
