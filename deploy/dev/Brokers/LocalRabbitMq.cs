using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OfflineActions.Dev;

/// <summary>A private RabbitMQ on 127.0.0.1: free ports and a temporary folder, which is deleted when it is disposed.</summary>
public sealed class LocalRabbitMq : IAsyncDisposable
{
    private readonly RabbitMqFolder folder;
    private readonly LocalRabbitMqOptions options;
    private readonly ChildProcess? portMapper;
    private ChildProcess broker;

    private LocalRabbitMq(RabbitMqFolder folder, LocalRabbitMqOptions options, ChildProcess? portMapper)
    {
        this.folder = folder;
        this.options = options;
        this.portMapper = portMapper;
        broker = ChildProcess.Start(folder.CreateBrokerOptions());
    }

    /// <summary>The address for clients, with user and password.</summary>
    public Uri Url => new($"amqp://{Credentials.UserName}:{Credentials.Password}@127.0.0.1:{folder.Port}");

    /// <summary>The address of the management page; the API is below it at <c>api/</c>.</summary>
    public Uri ManagementUrl => new($"http://127.0.0.1:{folder.ManagementPort}/");

    /// <summary>User and password, the same for clients and the management page.</summary>
    public NetworkCredential Credentials { get; } = new("guest", "guest");

    /// <summary>The broker's process id; a restart changes it.</summary>
    public int ProcessId => broker.Id;

    /// <summary>Its name among Erlang nodes.</summary>
    public string NodeName => folder.NodeName;

    /// <summary>The port of its Erlang port mapper (epmd).</summary>
    internal int PortMapperPort => folder.PortMapperPort;

    /// <summary>The broker's log file; a restart appends to it.</summary>
    public string LogFile => folder.LogFile;

    /// <summary>Starts a broker and waits until AMQP and the management API respond.</summary>
    /// <exception cref="InvalidOperationException">rabbitmq-server is missing, or it ended; the message shows its output.</exception>
    /// <exception cref="TimeoutException">
    /// It was not ready in time, and another one that was started instead was not either; the message shows its last output.
    /// </exception>
    public static async Task<LocalRabbitMq> StartAsync(LocalRabbitMqOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalRabbitMqOptions();
        try
        {
            return await StartOnceAsync(options, cancellationToken);
        }
        catch (TimeoutException error)
        {
            // On busy machines, starts of 3.10 were seen that stopped between the banner and the first listener. Why is not known.
            await Console.Error.WriteLineAsync($"{error.Message}\nIt is stopped, and another one starts.");
            return await StartOnceAsync(options, cancellationToken);
        }
    }

    /// <summary>Kills the broker (SIGKILL). <see cref="RestartAsync"/> starts it again.</summary>
    public Task KillAsync() => broker.KillAsync();

    /// <summary>Waits until a new quorum queue is stored, so that it survives <see cref="KillAsync"/>.</summary>
    /// <remarks>
    /// RabbitMQ confirms a new quorum queue up to 500 ms before its name is on disk. A kill in between leaves a queue that is listed but
    /// never responds again (seen with 3.10).
    /// </remarks>
    public async Task WaitUntilStoredAsync(string queue, CancellationToken cancellationToken = default)
    {
        var ready = new Readiness($"The quorum queue {queue}", broker, TimeSpan.FromSeconds(30));
        await ready.WaitAsync(_ => Task.FromResult(folder.HasStoredName(queue)), cancellationToken);
    }

    /// <summary>Freezes the broker (SIGSTOP): connections stay open, but it does not respond.</summary>
    public void Pause() => broker.Pause();

    /// <summary>Continues a frozen broker (SIGCONT).</summary>
    public void Resume() => broker.Resume();

    /// <summary>Kills the broker if it runs, starts it again with the same data and ports, and waits until it responds.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await broker.DisposeAsync();
        broker = ChildProcess.Start(folder.CreateBrokerOptions());
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Runs <c>rabbitmqctl</c> on the broker, for example <c>set_disk_free_limit 50MB</c>.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message shows its output.</exception>
    public async Task ControlAsync(params string[] arguments)
    {
        await using var control = ChildProcess.Start(folder.CreateControlOptions(arguments));
        if (await control.Exited != 0)
        {
            throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)} failed.\n{control.Output.Last(20)}");
        }
    }

    /// <summary>The rows of a list of the management API. RabbitMQ may name a column twice, with an older value.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    /// <exception cref="OperationCanceledException">It did not answer within 5 s.</exception>
    public async Task<IReadOnlyList<JsonElement>> GetListAsync(string path, CancellationToken cancellationToken = default)
    {
        using var api = BrokerProbe.CreateClient(ManagementUrl, Credentials);
        return await api.GetFromJsonAsync<JsonElement[]>($"api/{path}", cancellationToken) ?? [];
    }

    /// <summary>Adds an empty virtual host in which the user may do everything.</summary>
    /// <returns>The address for clients of this virtual host.</returns>
    /// <param name="name">Its name, which needs no escaping.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HttpRequestException">The broker did not add it.</exception>
    public async Task<Uri> AddVirtualHostAsync(string name, CancellationToken cancellationToken = default)
    {
        using var api = BrokerProbe.CreateClient(ManagementUrl, Credentials);
        var all = JsonContent.Create(new { configure = ".*", write = ".*", read = ".*" });
        foreach (var (path, body) in new[] { ($"vhosts/{name}", null), ($"permissions/{name}/{Credentials.UserName}", all) })
        {
            using var response = await api.PutAsync($"api/{path}", body, cancellationToken);
            response.EnsureSuccessStatusCode();
        }

        return new UriBuilder(Url) { Path = name }.Uri;
    }

    /// <summary>Kills the broker and deletes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        await (portMapper?.DisposeAsync() ?? default);
        folder.Delete();
    }

    private static async Task<LocalRabbitMq> StartOnceAsync(LocalRabbitMqOptions options, CancellationToken cancellationToken)
    {
        var installation = options.Installation
            ?? RabbitMqInstallation.Find()
            ?? throw new InvalidOperationException("rabbitmq-server is not installed on this machine.");
        var folder = RabbitMqFolder.Create(installation, options);
        var portMapper = options.PortMapperPort is null ? await folder.StartPortMapperAsync(cancellationToken) : null;
        var broker = new LocalRabbitMq(folder, options, portMapper);
        try
        {
            await broker.WaitUntilReadyAsync(cancellationToken);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var ready = new Readiness("RabbitMQ", broker, options.ReadyTimeout, LogFile);
        if (options.IsReady is { } isReady)
        {
            await ready.WaitAsync(isReady, cancellationToken);
            return;
        }

        await ready.WaitAsync(attempt => BrokerProbe.RespondsAsync(folder.Port, attempt), cancellationToken);
        await ready.WaitAsync(attempt => BrokerProbe.ManagementRespondsAsync(ManagementUrl, Credentials, attempt), cancellationToken);
    }
}
