using OfflineActions.Contracts;
using OfflineActions.DevHost;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.Worker;

var options = DevHostOptions.Read(args);
if (options.Answer is { } answer)
{
    return answer;
}

await using var outside = await EmulatedWorld.StartAsync(options.Ports);
await using var page = await Page.StartAsync(options.Ports, outside);

var builder = WebApplication.CreateBuilder();

builder.UseDevelopmentConfiguration(outside, options.Ports);
builder.AddServiceDefaults(options.Ports.Gateway).AddGateway().AddWorker().AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll().AddWorkerActions());

var app = builder.Build();

app.MapServiceDefaults().MapGateway();
outside.SendWebhooksTo(app);

return options.Once ? await app.RunServiceAsync(() => OneRequest.RunAsync(app, outside)) : await app.Announce(outside, page).RunServiceAsync();
