// Health check of a container. Exit code 0 if the address returns a success status within 3 s, else 1 with the reason on standard error.
// The images have no shell and no curl, but they have the .NET runtime.
#:property RestorePackagesWithLockFile=false
using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
try
{
    using var response = await http.GetAsync(new Uri(args[0]));
    Console.Error.WriteLine((int)response.StatusCode);
    return response.IsSuccessStatusCode ? 0 : 1;
}
catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
