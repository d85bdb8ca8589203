namespace OfflineActions.Dev;

/// <summary>One of our services as a process of its own.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private readonly ChildProcess process;

    private ServiceProcess(ChildProcess process, string name, Uri url)
    {
        this.process = process;
        Name = name;
        Url = url;
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Its process id.</summary>
    public int ProcessId => process.Id;

    /// <summary>What it wrote last.</summary>
    public OutputTail Output => process.Output;

    /// <summary>Ends with the exit code when the process has ended.</summary>
    public Task<int> Exited => process.Exited;

    /// <summary>Starts a built service and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended before it was ready; the message shows what it wrote last.</exception>
    /// <exception cref="TimeoutException">It was not ready in time; the message shows what it wrote last. It has been ended.</exception>
    public static async Task<ServiceProcess> StartAsync(ServiceOptions options, CancellationToken cancellationToken = default)
    {
        var name = options.Name ?? options.Service;
        var url = options.Url ?? new Uri($"http://127.0.0.1:{FreePorts.Take()}");
        var program = Repository.Program(options.Service, options.Checkout);
        var process = ChildProcess.Start(new ChildProcessOptions
        {
            Name = name,
            Program = Repository.DotNet,
            Arguments = ["exec", program],
            WorkingDirectory = Path.GetDirectoryName(program),
            Environment = new Dictionary<string, string?>(options.Environment) { ["ASPNETCORE_URLS"] = url.GetLeftPart(UriPartial.Authority) },
            OnLine = options.OnLine,
        });

        try
        {
            if (options.ReadyPath is not null)
            {
                var ready = new Readiness(name, process, options.ReadyWithin);
                await ready.WaitAsync(attempt => Readiness.AnswersAsync(new Uri(url, options.ReadyPath), attempt), cancellationToken);
            }

            return new ServiceProcess(process, name, url);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it at once (SIGKILL), in the middle of whatever it does.</summary>
    public Task KillAsync() => process.KillAsync();

    /// <summary>Asks it to finish its work and end (SIGTERM), and gives its exit code.</summary>
    /// <param name="within">When to lose patience; null is one minute.</param>
    /// <exception cref="TimeoutException">It did not end in time, and has been killed.</exception>
    public Task<int> TerminateAsync(TimeSpan? within = null) => process.TerminateAsync(within ?? TimeSpan.FromMinutes(1));

    /// <summary>Freezes it (SIGSTOP): its connections stay open, and nothing moves.</summary>
    public void Pause() => process.Pause();

    /// <summary>Lets a frozen service go on (SIGCONT).</summary>
    public void Resume() => process.Resume();

    /// <summary>Ends it at once if it still runs.</summary>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
