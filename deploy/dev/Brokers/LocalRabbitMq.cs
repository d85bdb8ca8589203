using System.Net;

namespace OfflineActions.Dev;

/// <summary>A RabbitMQ of one's own: free ports, a temporary folder, everything on 127.0.0.1, and gone when disposed.</summary>
public sealed class LocalRabbitMq : IAsyncDisposable
{
    private readonly RabbitMqFolder folder;
    private readonly LocalRabbitMqOptions options;
    private readonly ChildProcess names;
    private ChildProcess broker;

    private LocalRabbitMq(RabbitMqFolder folder, LocalRabbitMqOptions options, ChildProcess names)
    {
        this.folder = folder;
        this.options = options;
        this.names = names;
        broker = ChildProcess.Start(folder.Broker());
    }

    /// <summary>The address for clients, with user and password.</summary>
    public Uri Url => new($"amqp://{Credentials.UserName}:{Credentials.Password}@127.0.0.1:{folder.Port}");

    /// <summary>The address of the management page; the API is below it at <c>api/</c>.</summary>
    public Uri ManagementUrl => new($"http://127.0.0.1:{folder.ManagementPort}/");

    /// <summary>User and password, the same for clients and the management page.</summary>
    public NetworkCredential Credentials { get; } = new("guest", "guest");

    /// <summary>The process that is the broker, changed by a restart.</summary>
    public int ProcessId => broker.Id;

    /// <summary>What the broker logs; a restart adds to it.</summary>
    public string LogFile => folder.LogFile;

    /// <summary>Starts a broker and waits until it serves clients and its management API.</summary>
    /// <exception cref="InvalidOperationException">There is no rabbitmq-server here, or it ended; the message shows what it said last.</exception>
    /// <exception cref="TimeoutException">It was not ready in time; the message shows what it said last.</exception>
    public static async Task<LocalRabbitMq> StartAsync(LocalRabbitMqOptions? options = null, CancellationToken cancellationToken = default)
    {
        var installation = RabbitMqInstallation.Find()
            ?? throw new InvalidOperationException("There is no rabbitmq-server on this machine.");
        options ??= new LocalRabbitMqOptions();
        var folder = RabbitMqFolder.Create(installation, options);
        var started = new LocalRabbitMq(folder, options, await folder.StartNamesAsync(cancellationToken));
        try
        {
            await started.ReadyAsync(cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the broker at once (SIGKILL), as a power cut would. <see cref="RestartAsync"/> brings it back.</summary>
    public Task KillAsync() => broker.KillAsync();

    /// <summary>Waits until a quorum queue would survive <see cref="KillAsync"/>.</summary>
    /// <remarks>
    /// The broker confirms a new quorum queue before its name is on disk, and writes the names every half second. A kill in between
    /// leaves a queue that is still listed and never answers again (seen with 3.10), which is not what a test of anything else wants.
    /// </remarks>
    public async Task QueueStoredAsync(string queue, CancellationToken cancellationToken = default)
    {
        var ready = new Readiness($"The quorum queue {queue}", broker, TimeSpan.FromSeconds(30));
        await ready.WaitAsync(_ => Task.FromResult(folder.HasStoredName(queue)), cancellationToken);
    }

    /// <summary>Freezes the broker (SIGSTOP): connections stay open, nothing is answered.</summary>
    public void Pause() => broker.Pause();

    /// <summary>Lets a frozen broker go on (SIGCONT).</summary>
    public void Resume() => broker.Resume();

    /// <summary>Starts the broker again with the same data and ports, killing it first if it still runs; waits until it serves.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await broker.DisposeAsync();
        broker = ChildProcess.Start(folder.Broker());
        await ReadyAsync(cancellationToken);
    }

    /// <summary>Runs <c>rabbitmqctl</c> on the broker, for example <c>set_disk_free_limit 50MB</c>.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message shows what it said.</exception>
    public async Task ControlAsync(params string[] arguments)
    {
        await using var control = ChildProcess.Start(folder.Control(arguments));
        if (await control.Exited != 0)
        {
            throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)} failed.\n{control.Output.Last(20)}");
        }
    }

    /// <summary>Ends the broker and deletes what it stored.</summary>
    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        await names.DisposeAsync();
        folder.Delete();
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        var ready = new Readiness("RabbitMQ", broker, options.ReadyWithin);
        await ready.WaitAsync(attempt => Probe.AnswersAsync(folder.Port, attempt), cancellationToken);
        await ready.WaitAsync(attempt => Probe.ManagementAnswersAsync(ManagementUrl, Credentials, attempt), cancellationToken);
    }
}
