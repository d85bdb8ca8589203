namespace OfflineActions.Dev;

/// <summary>A service of this repository as a separate process.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private readonly ChildProcess process;

    private ServiceProcess(ChildProcess process, string name, Uri url)
    {
        this.process = process;
        Name = name;
        Url = url;
    }

    /// <summary>Its name in messages.</summary>
    public string Name { get; }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Its process id.</summary>
    public int ProcessId => process.Id;

    /// <summary>Its last output.</summary>
    public OutputTail Output => process.Output;

    /// <summary>Completes with the exit code when the process has ended.</summary>
    public Task<int> Exited => process.Exited;

    /// <summary>Starts a built service and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended before it was ready; the message shows its last output.</exception>
    /// <exception cref="TimeoutException">It was not ready in time and was killed; the message shows its last output.</exception>
    public static async Task<ServiceProcess> StartAsync(ServiceOptions options, CancellationToken cancellationToken = default)
    {
        var name = options.Name ?? options.Service;
        var url = options.Url ?? new Uri($"http://127.0.0.1:{FreePorts.Take()}");
        var program = Repository.Program(options.Service, options.Checkout, options.Configuration);
        var process = ChildProcess.Start(new ChildProcessOptions
        {
            Name = name,
            Program = Repository.DotNet,
            Arguments = ["exec", program, .. options.Arguments],
            WorkingDirectory = Path.GetDirectoryName(program),
            Environment = new Dictionary<string, string?>(options.Environment)
            {
                ["ASPNETCORE_URLS"] = url.GetLeftPart(UriPartial.Authority),
            },
            OnLine = options.OnLine,
        });

        try
        {
            if (options.ReadyPath is not null)
            {
                var ready = new Readiness(name, process, options.ReadyTimeout);
                await ready.WaitAsync(attempt => Readiness.IsHealthyAsync(new Uri(url, options.ReadyPath), attempt), cancellationToken);
            }

            return new ServiceProcess(process, name, url);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills it (SIGKILL).</summary>
    public Task KillAsync() => process.KillAsync();

    /// <summary>Sends SIGTERM, on which it finishes its work and ends, and returns its exit code.</summary>
    /// <param name="timeout">How long to wait; null for one minute.</param>
    /// <exception cref="TimeoutException">It did not end in time and was killed.</exception>
    public Task<int> TerminateAsync(TimeSpan? timeout = null) => process.TerminateAsync(timeout ?? TimeSpan.FromMinutes(1));

    /// <summary>Freezes it (SIGSTOP): its connections stay open, but it does not respond.</summary>
    public void Pause() => process.Pause();

    /// <summary>Continues a frozen service (SIGCONT).</summary>
    public void Resume() => process.Resume();

    /// <summary>Kills it if it still runs.</summary>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
