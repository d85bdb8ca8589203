return await OfflineActions.Emulators.EmulatorProcess.RunAsync(args);
