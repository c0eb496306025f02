/** How programs say that they may not listen where they want to. Of what they printed nothing is kept. */

/** Programs whose port, or whose socket, somebody else has. Some frameworks hide the kernel's words behind words of their own. */
export const IN_USE =
  /EADDRINUSE|address[ -](is )?(already )?in[ -]use|\bport( \d+)?( is| was| seems to be)?( already)? (in use|taken|used by)\b|connection in use: |already running on port |already a server bound to: |only one usage of each socket/i;

/** Of its own address, and not of another's: `listen EACCES: permission denied 0.0.0.0:80`. */
export const NOT_ALLOWED =
  /listen EACCES|(bind|listen)\S*[^\n]*permission denied|permission denied[^\n]*\b(bind|listen)/i;
export const NOT_HERE =
  /EADDRNOTAVAIL|cannot assign requested address|can't assign requested address/i;
