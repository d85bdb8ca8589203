using OfflineActions.ServiceDefaults;
using OfflineActions.WebClient;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(port: 3000).AddWebClient();

var app = builder.Build();

app.MapServiceDefaults().MapWebClient();

return await app.RunServiceAsync();
