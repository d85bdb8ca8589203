namespace Dev.Commands;

/// <summary>The whole system as separate processes around a private RabbitMQ, as in production but on one machine.</summary>
/// <param name="ports">Where the services listen.</param>
/// <param name="console">Where what happens is told.</param>
public sealed class RabbitMqSystem(SystemPorts ports, TextWriter console)
{
    private readonly TextWriter console = TextWriter.Synchronized(console);
    private readonly List<ServiceProcess> running = [];

    /// <summary>Starts everything and stays until cancelled (0) or until one of the processes ends by itself (1).</summary>
    public async Task<int> Run(CancellationToken cancelled)
    {
        ports.MustBeFree();
        await DotNet.Build("services/DevHost", cancelled);

        await console.WriteLineAsync("Starting RabbitMQ ...");
        await using var broker = await LocalRabbitMq.Start(cancelled: cancelled);
        var services = new SystemServices(ports, broker.Url);
        try
        {
            await Start(services.EmulatorsOptions(), cancelled);
            await Start(services.GatewayOptions(), cancelled);
            await Task.WhenAll(services.WorkerOptions().Select(worker => Start(worker, cancelled)));
            await Start(services.WebClientOptions(), cancelled);
            await Tell(services, broker);

            var ended = await Task.WhenAny(running.Select(Ended)).WaitAsync(cancelled);
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
            await Stop();
        }
    }

    private static async Task<ServiceProcess> Ended(ServiceProcess service)
    {
        await service.Exited;
        return service;
    }

    private async Task Start(ServiceOptions options, CancellationToken cancelled)
    {
        var prefix = $"{options.Name,-10}| ";
        var service = await ServiceProcess.Start(options with { OnLine = line => console.WriteLine(prefix + line) }, cancelled);
        lock (running)
        {
            running.Add(service);
        }
    }

    private async Task Tell(SystemServices services, LocalRabbitMq broker) => await console.WriteLineAsync($"""

        Web client    {services.WebClient}
        Sync Gateway  {services.SyncGateway}/db  (admin port {ports.SyncGatewayAdmin}, control port {ports.SyncGatewayControl})
        Gateway       {services.Gateway}  (webhook: {SystemServices.WebhookUser} / {services.WebhookPassword})
        Workers       {string.Join("  ", services.Workers)}
        SWAPI         {services.Swapi}  (control port {ports.SwapiControl})
        RabbitMQ      {broker.ManagementUrl}  ({broker.Credentials.UserName} / {broker.Credentials.Password}), {broker.Url}

        Ctrl-C stops everything.
        """);

    // Workers first, so that what they hold is finished while everything it needs is still there.
    private async Task Stop()
    {
        foreach (var group in running.GroupBy(Turn).OrderBy(group => group.Key))
        {
            await Task.WhenAll(group.Select(service => service.Terminate()));
        }
    }

    private static int Turn(ServiceProcess service) =>
        service.Name.StartsWith("worker", StringComparison.Ordinal) ? 0 : service.Name is "gateway" ? 1 : 2;
}
