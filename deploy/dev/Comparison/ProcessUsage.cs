using System.Globalization;

namespace OfflineActions.Dev.Comparison;

/// <summary>What Linux says in <c>/proc</c> about the processor time and the memory of processes. Elsewhere everything is 0.</summary>
internal static class ProcessUsage
{
    /// <summary>The unit of processor time in /proc, the same on every platform that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>The processor time that a process and its descendants have used so far, those that have ended included.</summary>
    public static TimeSpan ProcessorTime(int root) => TimeSpan.FromSeconds(Tree(root).Sum(process => process.Ticks) / TicksPerSecond);

    /// <summary>The proportional memory (PSS) of a process and its descendants, in bytes: shared pages are divided by their users.</summary>
    public static long Memory(int root) => Tree(root).Sum(process => ReadPss(process.Id));

    /// <summary>The processor time that the whole machine has used so far.</summary>
    public static TimeSpan Machine() =>
        OperatingSystem.IsLinux() ? TimeSpan.FromSeconds(ReadBusyTicks(File.ReadLines("/proc/stat").First()) / TicksPerSecond) : TimeSpan.Zero;

    /// <summary>Reads a line of <c>/proc/PID/stat</c>. The program's name may contain blanks and parentheses.</summary>
    internal static ProcessTicks ReadStat(string line)
    {
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        // In the numbering of proc(5): 4 is the parent, 14 to 17 the times of the process and of its children that have ended.
        return new ProcessTicks(Number(line[..line.IndexOf(' ')]), Number(fields[1]), fields[11..15].Sum(field => (long)Number(field)));
    }

    /// <summary>Reads the first line of <c>/proc/stat</c>: everything but idle time, waiting for disks, and what other virtual machines took.</summary>
    internal static long ReadBusyTicks(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields[1..8].Where((_, index) => index is not (3 or 4)).Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
    }

    private static List<ProcessTicks> Tree(int root)
    {
        var all = All();
        var children = all.ToLookup(process => process.Parent);
        var tree = all.Where(process => process.Id == root).ToList();
        for (var at = 0; at < tree.Count; at++)
        {
            tree.AddRange(children[tree[at].Id]);
        }

        return tree;
    }

    private static List<ProcessTicks> All()
    {
        var all = new List<ProcessTicks>();
        if (!OperatingSystem.IsLinux())
        {
            return all;
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                all.Add(ReadStat(File.ReadAllText(Path.Combine(folder, "stat"))));
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return all;
    }

    private static long ReadPss(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return 0;
        }
    }

    private static int Number(string text) => (int)long.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>One process in /proc.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The id of its parent.</param>
/// <param name="Ticks">The processor time that it and its ended children have used, in hundredths of a second.</param>
internal readonly record struct ProcessTicks(int Id, int Parent, long Ticks);
