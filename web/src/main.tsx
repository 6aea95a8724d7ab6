/** Starts the terminal. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/client.ts";
import { LiveProvider } from "./api/live.tsx";
import { App } from "./app.tsx";
import { applyTheme } from "./widgets/theme.ts";
import "./styles.css";

/** An answer that a second try cannot change (4xx) is shown at once. */
function worthRetrying(failures: number, error: Error): boolean {
  const final = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return !final && failures < 1;
}

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      retry: worthRetrying,
      retryDelay: 500,
      refetchOnWindowFocus: true,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

applyTheme();
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <LiveProvider>
        <App />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
);
