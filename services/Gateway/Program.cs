using OfflineActions.Contracts;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(port: 8080).AddGateway().AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll());

var app = builder.Build();

app.MapServiceDefaults().MapGateway();

return await app.RunServiceAsync();
