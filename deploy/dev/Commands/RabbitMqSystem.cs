namespace OfflineActions.Dev.Commands;

/// <summary>The whole system as separate processes around a private RabbitMQ, as in production but on one machine.</summary>
/// <param name="ports">Where the services listen.</param>
/// <param name="console">Where what happens is told.</param>
public sealed class RabbitMqSystem(SystemPorts ports, TextWriter console)
{
    private readonly TextWriter console = TextWriter.Synchronized(console);
    private readonly List<ServiceProcess> running = [];

    /// <summary>Starts everything and stays until cancelled (0) or until one of the processes ends by itself (1).</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        ports.MustBeFree();
        await DotNet.BuildAsync("services/DevHost", cancellationToken);

        await console.WriteLineAsync("Starting RabbitMQ ...");
        await using var broker = await LocalRabbitMq.StartAsync(cancellationToken: cancellationToken);
        var services = new SystemServices(ports, broker.Url);
        try
        {
            await StartAsync(services.SyncGatewayOptions(), cancellationToken);
            await StartAsync(services.SwapiOptions(), cancellationToken);
            await StartAsync(services.GatewayOptions(), cancellationToken);
            await Task.WhenAll(services.WorkerOptions().Select(worker => StartAsync(worker, cancellationToken)));
            await StartAsync(services.WebClientOptions(), cancellationToken);
            await TellAsync(services, broker);

            var ended = await Task.WhenAny(running.Select(EndedAsync)).WaitAsync(cancellationToken);
            var failed = await ended;
            await console.WriteLineAsync($"{failed.Name} ended with exit code {await failed.Exited}. Its last lines:\n{failed.Output.Last(40)}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await console.WriteLineAsync("Stopping ...");
            return 0;
        }
        finally
        {
            await StopAsync();
        }
    }

    private static async Task<ServiceProcess> EndedAsync(ServiceProcess service)
    {
        await service.Exited;
        return service;
    }

    private async Task StartAsync(ServiceOptions options, CancellationToken cancellationToken)
    {
        var prefix = $"{options.Name,-12}| ";
        var service = await ServiceProcess.StartAsync(options with { OnLine = line => console.WriteLine(prefix + line) }, cancellationToken);
        lock (running)
        {
            running.Add(service);
        }
    }

    private async Task TellAsync(SystemServices services, LocalRabbitMq broker) => await console.WriteLineAsync($"""

        Web client    {services.WebClient}
        Sync Gateway  {services.SyncGateway}/db  (admin port {ports.SyncGatewayAdmin}, control port {ports.SyncGatewayControl})
        Gateway       {services.Gateway}  (webhook: {SystemServices.WebhookUser} / {services.WebhookPassword})
        Workers       {string.Join("  ", services.Workers)}
        SWAPI         {services.Swapi}  (control port {ports.SwapiControl})
        RabbitMQ      {broker.ManagementUrl}  ({broker.Credentials.UserName} / {broker.Credentials.Password}), {broker.Url}

        Ctrl-C stops everything.
        """);

    // Workers first, so that what they hold is finished while everything it needs is still there.
    private async Task StopAsync()
    {
        foreach (var group in running.GroupBy(Turn).OrderBy(group => group.Key))
        {
            await Task.WhenAll(group.Select(service => service.TerminateAsync()));
        }
    }

    private static int Turn(ServiceProcess service) =>
        service.Name.StartsWith("worker", StringComparison.Ordinal) ? 0 : service.Name is "gateway" ? 1 : 2;
}
