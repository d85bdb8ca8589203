using OfflineActions.Dev.Commands;

namespace OfflineActions.Dev.LocalSystem;

/// <summary>The whole system as separate processes with a private RabbitMQ, as in production but on one machine.</summary>
/// <param name="ports">Where the services listen.</param>
/// <param name="console">Where addresses, and the services' output, are written.</param>
public sealed class RabbitMqSystem(SystemPorts ports, TextWriter console)
{
    private readonly TextWriter console = TextWriter.Synchronized(console);
    private readonly List<ServiceProcess> running = [];

    /// <summary>Starts everything, and runs until it is cancelled (returns 0) or one of the processes ends by itself (returns 1).</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        ports.ThrowIfInUse();
        await DotNet.BuildServicesAsync(cancellationToken);

        await console.WriteLineAsync("Starting RabbitMQ ...");
        await using var broker = await LocalRabbitMq.StartAsync(cancellationToken: cancellationToken);
        var services = new SystemServices(ports, broker.Url, broker.ManagementUrl);
        try
        {
            await StartAsync(services.SyncGatewayOptions(), cancellationToken);
            await StartAsync(services.SwapiOptions(), cancellationToken);
            await StartAsync(services.GatewayOptions(), cancellationToken);
            await Task.WhenAll(services.WorkerOptions().Select(worker => StartAsync(worker, cancellationToken)));
            await StartAsync(services.WebClientOptions(), cancellationToken);
            await StartAsync(services.OperatorOptions(), cancellationToken);
            await PrintAddressesAsync(services, broker);

            var ended = await Task.WhenAny(running.Select(WaitForExitAsync)).WaitAsync(cancellationToken);
            var failed = await ended;
            await console.WriteLineAsync(
                $"{failed.Name} ended with exit code {await failed.Exited}. Its last lines:\n{failed.Output.Last(40)}");
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

    private static async Task<ServiceProcess> WaitForExitAsync(ServiceProcess service)
    {
        await service.Exited;
        return service;
    }

    private async Task StartAsync(ServiceOptions options, CancellationToken cancellationToken)
    {
        var prefix = $"{options.Name,-12}| ";
        var service = await ServiceProcess.StartAsync(
            options with { OnLine = line => console.WriteLine(prefix + line) }, cancellationToken);
        lock (running)
        {
            running.Add(service);
        }
    }

    private async Task PrintAddressesAsync(SystemServices services, LocalRabbitMq broker) => await console.WriteLineAsync($"""

        Web client    {services.WebClient}
        Operator page {services.Operator}
        Sync Gateway  {services.SyncGateway}/db  (admin port {ports.SyncGatewayAdmin}, control port {ports.SyncGatewayControl})
                      ./dev watch --url {services.SyncGateway}/db  prints every document as it changes
        Gateway       {services.Gateway}  (webhook: {SystemServices.WebhookUser} / {services.WebhookPassword})
        Workers       {string.Join("  ", services.Workers)}
        SWAPI         {services.Swapi}  (control port {ports.SwapiControl})
        RabbitMQ      {broker.ManagementUrl}  ({broker.Credentials.UserName} / {broker.Credentials.Password}), {broker.Url}

        Ctrl-C stops everything.
        """);

    // Workers stop first: they finish their messages while the broker and Sync Gateway still run.
    private async Task StopAsync()
    {
        foreach (var group in running.GroupBy(GetStopOrder).OrderBy(group => group.Key))
        {
            await Task.WhenAll(group.Select(service => service.TerminateAsync()));
        }
    }

    private static int GetStopOrder(ServiceProcess service) =>
        service.Name.StartsWith("worker", StringComparison.Ordinal) ? 0 : service.Name is "gateway" ? 1 : 2;
}
