using Gateway;
using ServiceDefaults;
using ServiceDefaults.Bus;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(port: 8080).AddGateway().AddMessaging(bus => bus.AddGatewayActions());

var app = builder.Build();

app.MapServiceDefaults().MapGateway();

return await app.RunServiceAsync();
