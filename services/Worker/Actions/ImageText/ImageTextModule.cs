using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>The services of the image text action.</summary>
internal static class ImageTextModule
{
    /// <summary>Adds Tesseract for <see cref="ImageTextHandler"/>, configured by the section <see cref="ImageTextOptions.Section"/>.</summary>
    public static void AddServices(IServiceCollection services)
    {
        services.AddSection<ImageTextOptions>(ImageTextOptions.Section);
        services.AddSingleton<TesseractEngine>();
    }

    /// <summary>Why this worker cannot read pictures; null when it can.</summary>
    public static string? FindObstacle(IServiceProvider services) => services.GetRequiredService<TesseractEngine>().Obstacle;
}
