return await Emulators.EmulatorProcess.RunAsync(args);
