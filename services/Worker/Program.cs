using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.Worker;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(port: 8082).AddWorker().AddMessaging(ActionCatalog.Default, messaging => messaging.AddWorkerActions());

var app = builder.Build();

app.MapServiceDefaults();

return await app.RunServiceAsync();
