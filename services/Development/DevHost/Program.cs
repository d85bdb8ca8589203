using OfflineActions.Contracts;
using OfflineActions.DevHost;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.Worker;

var options = DevHostOptions.Parse(args);
if (options.ExitCode is { } exitCode)
{
    return exitCode;
}

await using var emulators = await EmulatedServices.StartAsync(options.Ports);
await using var webClient = await WebClientHost.StartAsync(options.Ports, emulators);
await using var operatorPage = await OperatorHost.StartAsync(options.Ports, emulators);

var builder = WebApplication.CreateBuilder();
builder.UseDevelopmentConfiguration(emulators, options.Ports);
builder.AddServiceDefaults(options.Ports.Gateway).AddGateway().AddWorker()
    .AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll().AddWorkerActions());

var app = builder.Build();

app.MapServiceDefaults().MapGateway();
emulators.SendWebhooksTo(app);

return options.IsOnce
    ? await app.RunServiceAsync(() => SampleRequest.RunAsync(app, emulators))
    : await app.AnnounceAddresses(emulators, webClient, operatorPage).RunServiceAsync();
