using ServiceDefaults;
using ServiceDefaults.Bus;
using Worker;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(port: 8081).AddWorker().AddMessaging(bus => bus.AddWorkerActions());

var app = builder.Build();

app.MapServiceDefaults();

return await app.RunServiceAsync();
