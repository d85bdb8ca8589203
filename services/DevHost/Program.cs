using DevHost;
using Gateway;
using ServiceDefaults;
using ServiceDefaults.Bus;
using Worker;

var options = DevHostOptions.Read(args);
if (options.Answer is { } answer)
{
    return answer;
}

await using var outside = await EmulatedWorld.StartAsync(options.Ports);
await using var page = await Page.StartAsync(options.Ports, outside);

var builder = WebApplication.CreateBuilder();

builder.UseDevelopmentConfiguration(outside, options.Ports);
builder.AddServiceDefaults(options.Ports.Gateway).AddGateway().AddWorker().AddMessaging(bus => bus.AddGatewayActions().AddWorkerActions());

var app = builder.Build();

app.MapServiceDefaults().MapGateway();
outside.SendWebhooksTo(app);

return options.Once ? await app.RunServiceAsync(() => OneRequest.RunAsync(app, outside)) : await app.Announce(outside, page).RunServiceAsync();
