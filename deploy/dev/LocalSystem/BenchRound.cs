namespace OfflineActions.Dev.LocalSystem;

/// <summary>
/// Starts the system, writes requests from 16 concurrent apps, and follows the changes feed until every request has its result.
/// </summary>
internal static class BenchRound
{
    public static async Task<LoadResult> RunAsync(
        Uri broker, string checkout, int documents, int workers, CancellationToken cancellationToken)
    {
        var services = new SystemServices(SystemPorts.FindFree(workers), broker);
        await using var syncGateway = await ServiceProcess.StartAsync(services.SyncGatewayOptions(), cancellationToken);
        await using var swapi = await ServiceProcess.StartAsync(services.SwapiOptions(), cancellationToken);
        await using var gateway = await ServiceProcess.StartAsync(
            services.GatewayOptions() with { Checkout = checkout }, cancellationToken);
        var workerProcesses = await Task.WhenAll(services.WorkerOptions()
            .Select(worker => ServiceProcess.StartAsync(worker with { Checkout = checkout }, cancellationToken)));
        try
        {
            using var database = new HttpClient { BaseAddress = new Uri(services.SyncGateway + "/db/") };
            return await new RequestLoad(database).BurstAsync(documents, cancellationToken);
        }
        finally
        {
            await Task.WhenAll(workerProcesses.Select(worker => worker.TerminateAsync()));
        }
    }
}
