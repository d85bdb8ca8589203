using System.Globalization;
using System.Text.RegularExpressions;

namespace OfflineActions.Dev.Profiling;

/// <summary>Counts samples of <c>perf</c> by process and by the area of code in which the processor was. Pure.</summary>
internal sealed partial class SampledAreas
{
    public const string Compiler = "compiling (JIT)";
    public const string Threads = "threads that go to sleep and wake up";
    public const string KernelNetwork = "network, in the kernel";
    public const string Kernel = "kernel, other";
    public const string Runtime = "runtime: tasks, timers, memory";

    private static readonly (string Module, string Area)[] Areas =
    [
        ("MassTransit", "MassTransit"),
        ("RabbitMQ.Client", "RabbitMQ.Client"),
        ("Refit", "Refit"),
        ("System.Net.Http", "HTTP client"),
        ("System.Net.Sockets", "sockets"),
        ("Microsoft.AspNetCore", "ASP.NET Core"),
        ("System.Text.Json", "JSON"),
        ("System.Security.Cryptography", "hashing"),
        ("OfflineActions", "Offline Actions"),
    ];

    private readonly Dictionary<int, Dictionary<string, int>> counts = [];
    private readonly List<(string Symbol, string Binary)> stack = [];
    private int process;

    /// <summary>
    /// Takes in a line of <c>perf script -F pid,ip,sym,dso</c>. A sample is a line with the process, then one for each frame of its stack
    /// from the innermost on, which begins with a tabulator.
    /// </summary>
    public void Add(string line)
    {
        if (Frame().Match(line) is { Success: true } frame)
        {
            stack.Add((frame.Groups["symbol"].Value, frame.Groups["binary"].Value));
            return;
        }

        Complete();
        _ = int.TryParse(line.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out process);
    }

    /// <summary>Counts the last sample.</summary>
    public void Complete()
    {
        if (stack.Count > 0)
        {
            var ofProcess = counts.TryGetValue(process, out var known) ? known : counts[process] = [];
            var area = FindArea();
            ofProcess[area] = ofProcess.GetValueOrDefault(area) + 1;
        }

        stack.Clear();
    }

    /// <summary>The part of the samples of these processes that each area has, the largest first. Empty when there is no sample.</summary>
    public IReadOnlyList<(string Area, double Share)> SharesOf(params IReadOnlyList<int> processes)
    {
        var areas = processes.SelectMany(id => counts.GetValueOrDefault(id) ?? []).ToLookup(area => area.Key, area => area.Value);
        double all = areas.Sum(area => area.Sum());
        return [.. areas.Select(area => (Area: area.Key, Share: area.Sum() / all)).OrderByDescending(area => area.Share)];
    }

    private string FindArea()
    {
        if (stack.Exists(frame => frame.Binary.Contains("libclrjit", StringComparison.Ordinal)))
        {
            return Compiler;
        }

        if (IsKernel(stack[0].Binary))
        {
            var symbols = stack.TakeWhile(frame => IsKernel(frame.Binary)).Select(frame => frame.Symbol).ToArray();
            return symbols.Any(symbol => Waiting().IsMatch(symbol)) ? Threads
                : symbols.Any(symbol => Network().IsMatch(symbol)) ? KernelNetwork
                : Kernel;
        }

        // Code of System.Private.CoreLib counts for the library that called it.
        return stack.Select(ModuleOf)
            .Select(module => Areas.FirstOrDefault(area => module.StartsWith(area.Module, StringComparison.Ordinal)).Area)
            .FirstOrDefault(area => area is not null) ?? Runtime;
    }

    // The compiler writes "int [Module] Type::Method"; code that was compiled ahead is only known by its file.
    private static string ModuleOf((string Symbol, string Binary) frame) =>
        DeclaringModule().Match(frame.Symbol) is { Success: true } declared ? declared.Groups["module"].Value
        : frame.Binary.EndsWith(".dll", StringComparison.Ordinal) ? Path.GetFileName(frame.Binary)
        : "";

    private static bool IsKernel(string binary) => binary.StartsWith("[kernel", StringComparison.Ordinal);

    [GeneratedRegex(@"^\t\s*[0-9a-f]+ (?<symbol>.*) \((?<binary>.*)\)\z")]
    private static partial Regex Frame();

    [GeneratedRegex(@"\[(?<module>[A-Za-z0-9._]+)\] ")]
    private static partial Regex DeclaringModule();

    [GeneratedRegex("futex|schedule|finish_task_switch|sched_yield")]
    private static partial Regex Waiting();

    [GeneratedRegex("sock|tcp|inet|sendto|recvfrom|sendmsg|recvmsg|epoll|net_rx")]
    private static partial Regex Network();
}
