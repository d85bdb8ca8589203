return await OfflineActions.Emulators.SwapiProcess.RunAsync(args);
